// Corpora of JSON with bad rows, hidden files, several formats: what prepare makes of them.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/archive.h"
#include "support/log_capture.h"
#include "support/user_error.h"
#include "yoso/config/write.h"
#include "yoso/data/corpus/prepare.h"
#include "yoso/data/corpus/remarks.h"
#include "yoso/data/shards/pair_shape.h"
#include "yoso/util/file.h"

namespace yoso::data {
namespace {

namespace fs = std::filesystem;
using yoso::testing::error_text;
using yoso::testing::TempFolder;

TokenEncoder bytes_encoder() {
  return {.source = {"bytes", 257},
          .unknown = 256,
          .encode = [](std::string_view text, std::vector<int32_t>& ids) {
            for (const char c : text) ids.push_back(static_cast<unsigned char>(c));
          }};
}

config::CorpusConfig corpus_of(const std::string& input, const std::string& shards) {
  config::CorpusConfig corpus;
  corpus.shards = shards;
  corpus.validation = 0;
  corpus.sources.kind = config::Tree::Kind::sequence;
  config::SourceConfig source;
  source.input = input;
  corpus.sources.items.push_back(config::write(source));
  return corpus;
}

/// Rows, each tenth of them bad in one of three ways.
std::string some_rows(int64_t count) {
  std::string text;
  for (int64_t i = 0; i < count; ++i) {
    if (i % 10 == 3) {
      text += i % 30 == 3    ? "{\"text\": \"\\ud83d\"}\n"
              : i % 30 == 13 ? "{\"text\": \"caf\xe9\"}\n"
                             : "{\"body\": \"x\"}\n";
    } else {
      text += "{\"text\": \"row number " + std::to_string(i) + " of many\", \"n\": 1}\n";
    }
  }
  return text;
}

TEST(BadRows, AreCountedTheSameHoweverOftenItStops) {
  const TempFolder folder;
  folder.write("in/a.jsonl", some_rows(20000));
  folder.write("in/b.jsonl", some_rows(20004));  // ends with a bad one, as does c
  folder.write("in/c.jsonl", some_rows(10004));
  config::CorpusConfig corpus = corpus_of(folder.path("in"), folder.path("whole"));
  corpus.shard_tokens = 100000;
  corpus.skip_bad_rows = 5002;  // as many as there are
  ASSERT_EQ(prepare(corpus, bytes_encoder(), {.threads = 1}), Prepared::written);
  const Manifest manifest = Manifest::read(corpus.shards);
  EXPECT_EQ(manifest.bad_rows.count, 5002);
  EXPECT_EQ(manifest.bad_rows.reasons.size(), 3U);
  EXPECT_EQ(manifest.bad_rows.reasons.at("bad UTF-8"), 1668);
  ASSERT_EQ(manifest.bad_rows.first.size(), BadRows::kNamed);
  EXPECT_EQ(manifest.bad_rows.first[0],
            folder.path("in/a.jsonl:4") + ": a lone surrogate (\\ud83d): no Unicode character");
  const std::string expected = read_file(Manifest::path(corpus.shards));

  corpus.shards = folder.path("stopped");
  struct Interrupted {};
  int interruptions = 0;
  for (bool done = false; !done && interruptions < 60;) {
    int left = 2;
    PrepareOptions options;
    options.threads = 2;
    options.progress = [&](const PrepareProgress&) {
      if (--left == 0) throw Interrupted();
    };
    try {
      done = prepare(corpus, bytes_encoder(), options) == Prepared::written;
    } catch (const Interrupted&) {
      ++interruptions;
    }
  }
  EXPECT_GE(interruptions, 2);
  EXPECT_EQ(read_file(Manifest::path(corpus.shards)), expected);

  corpus.shards = folder.path("one less");
  corpus.skip_bad_rows = 5001;
  const std::string error = error_text([&] { prepare(corpus, bytes_encoder()); }, ExitCode::data);
  EXPECT_EQ(error.find(folder.path("in/c.jsonl:10004") + ": bad UTF-8 at byte "), 0U) << error;
  EXPECT_NE(error.find("more bad lines than `skip_bad_rows: 5001` allows, the first: " +
                       folder.path("in/a.jsonl:4")),
            std::string::npos)
      << error;
}

TEST(MixedFolders, ReadEachFileByItself) {
  const TempFolder folder;
  folder.write("in/a.txt", "one\n\ntwo\n");
  folder.write("in/README.md", "read me\n");
  folder.write("in/b.json", "[{\"text\": \"three\"}, {\"text\": \"four\"}]");
  folder.write("in/deep/c.jsonl", "{\"text\": \"five\"}\n");
  folder.write("in/deep/d", "<doc id=\"1\" title=\"T\">\nT\nsix\n</doc>\n");
  folder.write("in/._a.txt", std::string("\0\5\x16\7", 4));
  folder.write("in/__MACOSX/e.txt", "junk\n");
  yoso::testing::LogCapture capture;
  const auto corpus = corpus_of(folder.path("in"), folder.path("out"));
  prepare(corpus, bytes_encoder(), {.log = &capture.log});
  EXPECT_EQ(Manifest::read(corpus.shards).lengths.count(), 7);
  const std::string text = capture.text();
  EXPECT_NE(text.find("2 hidden files or folders left out"), std::string::npos) << text;
  EXPECT_NE(text.find("2 files as blank_line (1 .md, 1 .txt), 1 file as wikiextractor (without an "
                      "ending), 2 files as jsonl (1 .json, 1 .jsonl)"),
            std::string::npos)
      << text;

  // The same within an archive, where a table is refused by its name.
  const auto packed =
      corpus_of(yoso::testing::pack(folder, "in.tgz", {"in"}), folder.path("packed"));
  prepare(packed, bytes_encoder());
  EXPECT_EQ(Manifest::read(packed.shards).lengths.count(), 7);
  folder.write("in/z.csv", "a,b\n");
  const std::string archive = yoso::testing::pack(folder, "in.tgz", {"in"});
  EXPECT_EQ(error_text([&] { prepare(corpus_of(archive, folder.path("new")), bytes_encoder()); },
                       ExitCode::data)
                .find(archive + "(in/z.csv): is a table (CSV)"),
            0U);
  EXPECT_FALSE(fs::exists(folder.path("new")));
}

TEST(PairShape, CountsWhatPairsCannotUse) {
  const TempFolder folder;
  // By lines: 100 tokens alone, then two sentences of 10.
  const auto corpus =
      corpus_of(folder.write("x", std::string(100, 'a') + "\n\n" + std::string(10, 'b') + "\n" +
                                      std::string(10, 'c') + "\n"),
                folder.path("out"));
  prepare(corpus, bytes_encoder());
  const PairShape shape = pair_shape(corpus.shards, Manifest::read(corpus.shards).train, 40);
  EXPECT_EQ(shape.documents, 2);
  EXPECT_EQ(shape.one_sentence, 1);
  EXPECT_EQ(shape.rows, 2);
  EXPECT_EQ(shape.lone_rows, 1);
  EXPECT_EQ(shape.tokens, 120);
  EXPECT_EQ(shape.in_no_row, 60);
  EXPECT_TRUE(shape.is_degenerate());
  EXPECT_FALSE(pair_shape(corpus.shards, Manifest::read(corpus.shards).train, 100).is_degenerate());
}

}  // namespace
}  // namespace yoso::data
