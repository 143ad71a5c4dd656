#include "yoso/data/shards/token_corpus.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>

#include "support/small_disk.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/data/shards/manifest.h"
#include "yoso/util/file.h"
#include "yoso/util/random.h"

namespace yoso::data {
namespace {

using yoso::testing::error_text;
using yoso::testing::on_small_disk;
using yoso::testing::TempFolder;

using Sentence = std::vector<int32_t>;
using Document = std::vector<Sentence>;

std::vector<Document> random_documents(int64_t vocab_size, int count) {
  RandomStream random(3, "documents");
  std::vector<Document> documents(static_cast<size_t>(count));
  for (Document& document : documents) {
    document.resize(1 + random.below(5));
    for (Sentence& sentence : document) {
      sentence.resize(1 + random.below(9));
      for (int32_t& id : sentence) {
        id = static_cast<int32_t>(random.below(static_cast<uint64_t>(vocab_size)));
      }
    }
  }
  return documents;
}

ShardSummary write_shard(const std::string& folder, const std::string& name,
                         const TokenSource& source, std::span<const Document> documents) {
  ShardWriter writer(folder, name, source);
  for (const Document& document : documents) {
    writer.begin_document();
    writer.begin_document();  // one without sentences leaves no trace
    for (const Sentence& sentence : document) writer.add_sentence(sentence);
    writer.add_sentence({});
  }
  return writer.commit();
}

std::vector<int32_t> copy(const TokenCorpus& corpus, TokenRange tokens) {
  std::vector<int32_t> ids(static_cast<size_t>(tokens.count));
  corpus.copy(tokens.first, ids);
  return ids;
}

/// A corpus in several shards of different sizes.
void write_corpus(const std::string& folder, const TokenSource& source,
                  std::span<const Document> documents, bool complete = true) {
  Manifest manifest;
  manifest.complete = complete;
  manifest.tokenizer = source;
  size_t begin = 0;
  for (size_t size = 1; begin < documents.size(); size *= 3) {
    const size_t count = std::min(size, documents.size() - begin);
    manifest.train.push_back(write_shard(folder, "train-" + std::to_string(begin) + ".tokens",
                                         source, documents.subspan(begin, count)));
    begin += count;
  }
  manifest.write(folder);
}

class TokenCorpusTest : public ::testing::TestWithParam<int64_t> {};

TEST_P(TokenCorpusTest, GivesBackWhatWasWritten) {
  const TempFolder folder;
  const TokenSource source{"bert:0123", GetParam()};
  const std::vector<Document> documents = random_documents(source.vocab_size, 40);
  write_corpus(folder.path(""), source, documents);
  const TokenCorpus corpus(folder.path(""), Split::train, "bert:0123");
  EXPECT_EQ(corpus.vocab_size(), source.vocab_size);
  ASSERT_EQ(corpus.documents(), 40);

  std::vector<int32_t> all;
  int64_t sentence = 0;
  for (int64_t d = 0; d < corpus.documents(); ++d) {
    const Document& document = documents[static_cast<size_t>(d)];
    EXPECT_EQ(corpus.document(d).first, sentence);
    ASSERT_EQ(corpus.document(d).count, static_cast<int64_t>(document.size()));
    for (const Sentence& expected : document) {
      EXPECT_EQ(copy(corpus, corpus.sentence(sentence)), expected);
      all.insert(all.end(), expected.begin(), expected.end());
      ++sentence;
    }
  }
  ASSERT_EQ(corpus.sentences(), sentence);
  ASSERT_EQ(corpus.tokens(), static_cast<int64_t>(all.size()));

  // Any range, also across shards.
  RandomStream random(4, "ranges");
  for (int i = 0; i < 300; ++i) {
    const size_t first = random.below(all.size() + 1);
    const size_t count = random.below(all.size() - first + 1);
    const std::vector<int32_t> expected(all.begin() + static_cast<ptrdiff_t>(first),
                                        all.begin() + static_cast<ptrdiff_t>(first + count));
    const TokenRange range{static_cast<int64_t>(first), static_cast<int64_t>(count)};
    EXPECT_EQ(copy(corpus, range), expected);
  }
  EXPECT_THROW(copy(corpus, {corpus.tokens(), 1}), std::out_of_range);
  EXPECT_THROW(copy(corpus, {-1, 1}), std::out_of_range);
  EXPECT_THROW(corpus.sentence(corpus.sentences()), std::out_of_range);
  EXPECT_THROW(corpus.document(-1), std::out_of_range);

  const TokenCorpus none(folder.path(""), Split::dev, "");
  EXPECT_EQ(none.documents(), 0);
  EXPECT_EQ(none.tokens(), 0);
}

// 16 bits a token, the last vocabulary that fits, and 32 bits.
INSTANTIATE_TEST_SUITE_P(Vocabularies, TokenCorpusTest, ::testing::Values(30, 65536, 250000));

TEST(TokenCorpus, RefusesAnotherTokenizer) {
  const TempFolder folder;
  write_corpus(folder.path("."), {"bert:0123", 30}, random_documents(30, 3));
  EXPECT_EQ(error_text([&] { TokenCorpus(folder.path("."), Split::train, "bert:cased:0123"); }),
            folder.path(".") + ": made with the tokenizer bert:0123, not with bert:cased:0123");
}

TEST(TokenCorpus, RefusesAnUnfinishedCorpus) {
  const TempFolder folder;
  write_corpus(folder.path("."), {"bert:0123", 30}, random_documents(30, 3), false);
  EXPECT_EQ(error_text([&] { TokenCorpus(folder.path("."), Split::train, ""); }, ExitCode::data),
            folder.path(".") + ": unfinished; the same `pretrain prepare` again continues it");
  const std::string nowhere = folder.path("nowhere");
  EXPECT_EQ(error_text([&] { TokenCorpus(nowhere, Split::train, ""); }, ExitCode::data),
            nowhere + ": no shards there; `pretrain prepare` makes those of an experiment");
}

TEST(TokenCorpus, NoticesEveryDamagedByte) {
  const TempFolder folder;
  write_corpus(folder.path("."), {"bert:0123", 30}, random_documents(30, 2));
  const std::string path = folder.path("./train-0.tokens");
  const std::string good = read_file(path);
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    folder.write("train-0.tokens", bad);
    const std::string error =
        error_text([&] { TokenCorpus(folder.path("."), Split::train, ""); }, ExitCode::data);
    EXPECT_TRUE(error.starts_with(path + ": ")) << "byte " << i << ": " << error;
  }
  for (size_t size = 0; size < good.size(); size += 7) {
    folder.write("train-0.tokens", good.substr(0, size));
    const std::string error =
        error_text([&] { TokenCorpus(folder.path("."), Split::train, ""); }, ExitCode::data);
    EXPECT_NE(error.find("truncated"), std::string::npos) << size << " bytes: " << error;
  }
  // A whole shard, but another one.
  folder.write("train-0.tokens", read_file(folder.path("train-1.tokens")));
  EXPECT_EQ(error_text([&] { TokenCorpus(folder.path("."), Split::train, ""); }, ExitCode::data),
            path + ": not the shard that manifest.json names");
}

TEST(ShardWriter, LeavesNothingOnAFullDisk) {
  const TempFolder folder;
  const std::string disk = folder.path("disk");
  make_folders(disk);
  const bool tried = on_small_disk(disk, 256, [](const std::string& full) {
    const Sentence sentence(1000, 7);
    const std::string error = error_text(
        [&] {
          ShardWriter writer(full, "train.tokens", {"bert:0123", 30});
          for (int i = 0; i < 1000; ++i) writer.add_sentence(sentence);
          writer.commit();
        },
        ExitCode::failure);
    EXPECT_EQ(error, full + "/train.tokens: cannot be written: No space left on device");
    EXPECT_TRUE(std::filesystem::is_empty(full));
  });
  if (!tried) GTEST_SKIP() << "cannot mount a small disk here";
}

}  // namespace
}  // namespace yoso::data
