#include "yoso/data/corpus/prepare.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <filesystem>

#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/config/write.h"
#include "yoso/data/shards/token_corpus.h"
#include "yoso/util/file.h"
#include "yoso/util/random.h"

namespace yoso::data {
namespace {

namespace fs = std::filesystem;

using config::CorpusFormat;
using yoso::testing::error_text;
using yoso::testing::sample;
using yoso::testing::TempFolder;

/// A token a byte, so that texts can be read back.
TokenEncoder bytes_encoder() {
  return {.source = {"bytes", 257},
          .unknown = 256,
          .encode = [](std::string_view text, std::vector<int32_t>& ids) {
            for (const char c : text) ids.push_back(static_cast<unsigned char>(c));
          }};
}

config::CorpusConfig corpus_of(const std::vector<config::SourceConfig>& sources,
                               const std::string& shards) {
  config::CorpusConfig corpus;
  corpus.shards = shards;
  corpus.validation = 0;
  corpus.sources.kind = config::Tree::Kind::sequence;
  for (const config::SourceConfig& source : sources) {
    corpus.sources.items.push_back(config::write(source));
  }
  return corpus;
}

config::SourceConfig source_of(const std::string& input, CorpusFormat format) {
  config::SourceConfig source;
  source.input = input;
  source.format = format;
  return source;
}

using Documents = std::vector<std::vector<std::string>>;

Documents read_back(const std::string& folder, Split split = Split::train) {
  const TokenCorpus corpus(folder, split, "bytes");
  Documents documents;
  for (int64_t d = 0; d < corpus.documents(); ++d) {
    documents.emplace_back();
    const TokenRange sentences = corpus.document(d);
    for (int64_t s = sentences.first; s < sentences.first + sentences.count; ++s) {
      std::string text;
      std::vector<int32_t> ids(static_cast<size_t>(corpus.sentence(s).count));
      corpus.copy(corpus.sentence(s).first, ids);
      for (const int32_t id : ids) {
        id == 256 ? text += "[?]" : text += static_cast<char>(id);
      }
      documents.back().push_back(text);
    }
  }
  return documents;
}

Documents prepared(const config::SourceConfig& source) {
  const TempFolder folder;
  const config::CorpusConfig corpus = corpus_of({source}, folder.path("out"));
  EXPECT_EQ(prepare(corpus, bytes_encoder()), Prepared::written);
  return read_back(corpus.shards);
}

std::string some_text(int64_t megabytes) {
  RandomStream random(9, "text");
  std::string text;
  while (text.size() < static_cast<size_t>(megabytes) << 20) {
    for (uint64_t i = 1 + random.below(20); i > 0; --i) {
      text += std::to_string(random.below(100000)) + (random.below(4) == 0 ? "\n" : " ");
    }
    text += "\n\n";
  }
  return text;
}

/// File names and contents.
std::vector<std::pair<std::string, std::string>> files_in(const std::string& folder) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files.emplace_back(entry.path().filename().string(), read_file(entry.path().string()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(Prepare, ReadsEveryFormOfFile) {
  const Documents plain = {{"It was a dark night.", "The rain fell."}, {"Nobody came."}};
  for (const char* name : {"plain.txt", "plain.txt.gz", "plain.txt.xz", "plain.txt.bz2"}) {
    EXPECT_EQ(prepared(source_of(sample("corpus/") + name, CorpusFormat::blank_line)), plain)
        << name;
  }
  const Documents both = {plain[0], plain[1], {"Café life.", "It went on."}};
  for (const char* name : {"books.tar.xz", "books.tgz", "books.zip"}) {
    EXPECT_EQ(prepared(source_of(sample("corpus/") + name, CorpusFormat::blank_line)), both)
        << name;
  }
}

TEST(Prepare, ReadsFoldersAndPatterns) {
  const TempFolder folder;
  folder.write("in/b.txt", "b\n");
  folder.write("in/a.txt", "a\n");
  folder.write("in/deep/c.md", "c\n");
  folder.write("in/.hidden", "h\n");
  folder.write("in/empty.txt", "");
  EXPECT_EQ(prepared(source_of(folder.path("in"), CorpusFormat::file)),
            (Documents{{"a"}, {"b"}, {"c"}}));
  EXPECT_EQ(prepared(source_of(folder.path("in/*.txt"), CorpusFormat::file)),
            (Documents{{"a"}, {"b"}}));
}

TEST(Prepare, TakesUnknownWordsOfWikiTextForTheUnknownToken) {
  const TempFolder folder;
  const std::string file = folder.write("x", " = T = \n a <unk> b <unk>\n");
  EXPECT_EQ(prepared(source_of(file, CorpusFormat::wikitext)), (Documents{{"a[?] b[?]"}}));
  EXPECT_EQ(prepared(source_of(file, CorpusFormat::file)),
            (Documents{{"= T =", "a <unk> b <unk>"}}));
}

TEST(Prepare, CutsLinesIntoSentences) {
  const TempFolder folder;
  config::SourceConfig source =
      source_of(folder.write("x", "One.  Two? Three\nfour.\n"), CorpusFormat::file);
  source.sentences = config::SentenceEnds::punctuation;
  EXPECT_EQ(prepared(source), (Documents{{"One.", " Two?", " Three", "four."}}));
}

TEST(Prepare, LeavesOutShortDocuments) {
  const TempFolder folder;
  config::SourceConfig source =
      source_of(folder.write("x", "a b\n\na\nb c\n\none\n\nx  y\tz\n"), CorpusFormat::blank_line);
  source.min_words = 3;
  const config::CorpusConfig corpus = corpus_of({source}, folder.path("out"));
  prepare(corpus, bytes_encoder());
  EXPECT_EQ(read_back(corpus.shards), (Documents{{"a", "b c"}, {"x  y\tz"}}));
  EXPECT_EQ(Manifest::read(corpus.shards).too_short, 2);
}

TEST(Prepare, DrawsDocumentsAtTheRateAndHoldsSomeOut) {
  const TempFolder folder;
  std::string text;
  constexpr int kDocuments = 20000;
  for (int i = 0; i < kDocuments; ++i) text += std::to_string(i) + "\n";
  config::SourceConfig all = source_of(folder.write("x", text), CorpusFormat::line);
  config::SourceConfig third = all;
  third.rate = 1.0 / 3;
  config::CorpusConfig corpus = corpus_of({all, third}, folder.path("out"));
  corpus.validation = 0.1;
  prepare(corpus, bytes_encoder());
  const auto train = static_cast<double>(read_back(corpus.shards).size());
  const auto validation = static_cast<double>(read_back(corpus.shards, Split::dev).size());
  const auto left_out = static_cast<double>(Manifest::read(corpus.shards).not_drawn);
  // Within 4 standard errors.
  const double kept = kDocuments * 4.0 / 3;
  EXPECT_EQ(train + validation + left_out, 2.0 * kDocuments);
  EXPECT_NEAR(train + validation, kept, 4 * std::sqrt(kDocuments * 2.0 / 9));
  EXPECT_NEAR(validation, 0.1 * kept, 4 * std::sqrt(0.09 * kept));

  config::CorpusConfig again = corpus;
  again.shards = folder.path("again");
  prepare(again, bytes_encoder());
  EXPECT_EQ(read_back(again.shards), read_back(corpus.shards));
  again.shards = folder.path("other seed");
  again.seed = 2;
  prepare(again, bytes_encoder());
  EXPECT_NE(read_back(again.shards), read_back(corpus.shards));
}

TEST(Prepare, KeepsALineLongerThanItsParts) {
  const TempFolder folder;
  const std::string line(5'000'000, 'x');
  const Documents documents =
      prepared(source_of(folder.write("x", line + "\nshort\n"), CorpusFormat::line));
  ASSERT_EQ(documents.size(), 2u);
  std::string joined;
  for (const std::string& part : documents[0]) joined += part;
  EXPECT_EQ(joined, line);
  EXPECT_EQ(documents[1], std::vector<std::string>{"short"});
}

class PrepareResume : public ::testing::Test {
 protected:
  PrepareResume() {
    const std::string text = some_text(2);
    folder_.write("in/a.txt", text.substr(0, text.size() / 3));
    folder_.write("in/b.txt", "");
    folder_.write("in/c.txt", text.substr(text.size() / 3));
    corpus_ = corpus_of({source_of(folder_.path("in"), CorpusFormat::blank_line),
                         source_of(sample("corpus"), CorpusFormat::file)},
                        folder_.path("whole"));
    corpus_.sources.items[0]["rate"] = config::Tree::text("0.8");
    corpus_.sources.items[0]["min_words"] = config::Tree::text("4");
    corpus_.validation = 0.1;
    corpus_.shard_tokens = 100000;
    prepare(corpus_, bytes_encoder(), {.threads = 1});
    expected_ = files_in(corpus_.shards);
  }

  TempFolder folder_;
  config::CorpusConfig corpus_;
  std::vector<std::pair<std::string, std::string>> expected_;
};

TEST_F(PrepareResume, GivesTheSameForAnyNumberOfThreads) {
  ASSERT_GE(expected_.size(), 20u);
  for (const int threads : {2, 5}) {
    corpus_.shards = folder_.path("threads");
    fs::remove_all(corpus_.shards);
    prepare(corpus_, bytes_encoder(), {.threads = threads});
    EXPECT_EQ(files_in(corpus_.shards), expected_) << threads;
  }
}

TEST_F(PrepareResume, ContinuesAfterAnInterruption) {
  corpus_.shards = folder_.path("interrupted");
  struct Interrupted {};
  int interruptions = 0, resumed = 0;
  for (int batches = 1;; ++batches) {
    ASSERT_LT(batches, 40);
    int left = 2;  // no call gets far, so several shards are made by different calls
    PrepareOptions options;
    options.threads = 2;
    options.resumed = [&](const Manifest&) { ++resumed; };
    options.progress = [&](const PrepareProgress&) {
      if (--left == 0) throw Interrupted();
    };
    try {
      if (prepare(corpus_, bytes_encoder(), options) == Prepared::written) break;
    } catch (const Interrupted&) {
      ++interruptions;
    }
  }
  EXPECT_GE(interruptions, 3);
  EXPECT_EQ(resumed, interruptions);
  EXPECT_EQ(files_in(corpus_.shards), expected_);
  EXPECT_EQ(prepare(corpus_, bytes_encoder()), Prepared::already_there);
}

TEST_F(PrepareResume, RefusesToMixCorpora) {
  const auto error = [&](const config::CorpusConfig& corpus, const TokenEncoder& encoder) {
    return error_text([&] { prepare(corpus, encoder); });
  };
  const std::string holds = corpus_.shards + ": holds a corpus ";
  const std::string instead = "; choose another folder, or remove this one";
  TokenEncoder other = bytes_encoder();
  other.source.fingerprint = "other";
  EXPECT_EQ(error(corpus_, other),
            holds + "made with the tokenizer bytes, not with other" + instead);
  config::CorpusConfig seed = corpus_;
  seed.seed = 2;
  EXPECT_EQ(error(seed, bytes_encoder()),
            holds + "made with other settings (seed: 1, now 2)" + instead);
  config::CorpusConfig rate = corpus_;
  rate.sources.items[0]["rate"] = config::Tree::text("0.7");
  EXPECT_EQ(error(rate, bytes_encoder()),
            holds + "made with other settings (sources[0].rate: 0.8, now 0.7)" + instead);
  folder_.write("in/b.txt", "more\n");
  EXPECT_EQ(error(corpus_, bytes_encoder()),
            holds + "of other texts (their names or sizes differ)" + instead);
  config::CorpusConfig foreign = corpus_;
  foreign.shards = folder_.path("in");
  EXPECT_EQ(error(foreign, bytes_encoder()),
            folder_.path("in") + ": not empty (" +
                fs::directory_iterator(folder_.path("in"))->path().string() +
                "), and no corpus made by `pretrain prepare`");
  EXPECT_EQ(files_in(corpus_.shards), expected_);
}

// Manifests of version 0.1 have no more than names and sizes, and no keys that came later.
TEST_F(PrepareResume, TakesShardsOfVersion01) {
  Manifest manifest = Manifest::read(corpus_.shards);
  manifest.input_times.clear();
  manifest.input_contents.clear();
  const size_t at = manifest.settings.find("skip_bad_rows");
  ASSERT_NE(at, std::string::npos);
  manifest.settings.erase(at, manifest.settings.find('\n', at) + 1 - at);
  manifest.write(corpus_.shards);
  corpus_.skip_bad_rows = 7;  // does not matter either
  corpus_.sources.items[0]["format"] = config::Tree::text("auto");
  EXPECT_EQ(prepare(corpus_, bytes_encoder()), Prepared::already_there);
}

TEST_F(PrepareResume, KnowsTouchedFilesFromEditedOnes) {
  const std::string file = folder_.path("in/a.txt");
  const auto before = fs::last_write_time(file);
  fs::last_write_time(file, before + std::chrono::hours(1));
  EXPECT_EQ(prepare(corpus_, bytes_encoder()), Prepared::already_there);
  const Manifest manifest = Manifest::read(corpus_.shards);
  EXPECT_FALSE(texts_changed(corpus_, manifest));
  std::string text = read_file(file);
  text[text.size() / 2] = text[text.size() / 2] == '1' ? '2' : '1';
  folder_.write("in/a.txt", text);
  EXPECT_EQ(error_text([&] { prepare(corpus_, bytes_encoder()); }),
            corpus_.shards +
                ": holds a corpus of other texts (a file was edited since, at equal size); choose "
                "another folder, or remove this one");
  EXPECT_TRUE(texts_changed(corpus_, manifest));
  fs::remove(file);
  fs::rename(folder_.path("in"), folder_.path("elsewhere"));
  EXPECT_FALSE(texts_changed(corpus_, manifest)) << "shards are kept without their texts";
}

TEST(PrepareErrors, NameTheFileAndLeaveNothing) {
  const TempFolder folder;
  const auto error = [&](const config::SourceConfig& source, ExitCode code = ExitCode::data) {
    const config::CorpusConfig corpus = corpus_of({source}, folder.path("out"));
    const std::string text = error_text([&] { prepare(corpus, bytes_encoder()); }, code);
    EXPECT_FALSE(fs::exists(folder.path("out"))) << text;
    return text;
  };
  const std::string nowhere = folder.path("nowhere");
  EXPECT_EQ(error(source_of(nowhere, CorpusFormat::file)), nowhere + ": no such file or folder");
  make_folders(folder.path("empty"));
  EXPECT_EQ(error(source_of(folder.path("empty"), CorpusFormat::file)),
            folder.path("empty") + ": no files in this folder");
  const std::string blank = folder.write("blank", "\n \n");
  EXPECT_EQ(error(source_of(blank, CorpusFormat::file)),
            blank + ": no text to take: every document is empty or left out");
  const std::string latin = folder.write("latin", "caf\xe9\n");
  EXPECT_EQ(error(source_of(latin, CorpusFormat::file)),
            latin + ": bad UTF-8 at byte 3 (line 1); `bad_utf8: replace` reads it as U+FFFD");
  const std::string json = folder.write("json", "{\"text\": \"a\"}\n{}\n");
  EXPECT_EQ(error(source_of(json, CorpusFormat::jsonl)),
            json +
                ":2: no key `text`; the keys are none (`text_field` names that of the text); "
                "`skip_bad_rows: N` passes over up to N bad lines");
  const std::string cut =
      folder.write("cut.gz", read_file(sample("corpus/plain.txt.gz")).substr(0, 40));
  EXPECT_EQ(error(source_of(cut, CorpusFormat::file)).find(cut + ": cannot be read: "), 0u);

  config::CorpusConfig none = corpus_of({}, folder.path("out"));
  EXPECT_EQ(error_text([&] { prepare(none, bytes_encoder()); }),
            "corpus.sources: expected a list of sources, each with an `input`");
}

}  // namespace
}  // namespace yoso::data
