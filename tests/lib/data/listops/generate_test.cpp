#include "yoso/data/listops/generate.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/shared_data.h"
#include "support/small_disk.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/config/read.h"
#include "yoso/data/listops/files.h"
#include "yoso/data/listops/read.h"
#include "yoso/util/file.h"
#include "yoso/util/stop_signal.h"

namespace yoso::data::listops {
namespace {

using yoso::testing::error_text;
using yoso::testing::on_small_disk;
using yoso::testing::sample;
using yoso::testing::TempFolder;

const GenerateOptions kShort{
    .train = 3000, .dev = 200, .test = 100, .min_length = 10, .max_length = 64, .seed = 7};

std::vector<std::string> contents(const std::string& folder) {
  std::vector<std::string> texts;
  for (Split split : kSplits) texts.push_back(read_file(folder + "/" + file_name(split)));
  return texts;
}

TEST(ListOpsGenerate, MakesWhatIsAskedFor) {
  const TempFolder folder;
  std::vector<int64_t> reports;
  EXPECT_EQ(generate(kShort, folder.path("set"), Existing::keep, 0,
                     [&](int64_t examples) { reports.push_back(examples); }),
            Generated::written);
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(reports.back(), 3300);

  std::set<std::vector<Token>> different;
  for (const auto& [split, examples] :
       {std::pair{Split::train, 3000}, {Split::dev, 200}, {Split::test, 100}}) {
    const auto result = read(folder.path("set/") + file_name(split), {.verify = true});
    EXPECT_EQ(result.examples.size(), examples) << name(split);
    for (int64_t example = 0; example < result.examples.size(); ++example) {
      const auto tokens = result.examples.tokens(example);
      EXPECT_TRUE(tokens.size() >= 10 && tokens.size() <= 64) << tokens.size();
      EXPECT_TRUE(different.emplace(tokens.begin(), tokens.end()).second)
          << name(split) << " example " << example << " again";
    }
  }
}

TEST(ListOpsGenerate, WritesThePublishedLayout) {
  const TempFolder folder;
  generate({.train = 50, .dev = 1, .test = 1}, folder.path("set"));
  const std::string text = contents(folder.path("set"))[0];
  EXPECT_TRUE(text.starts_with("Source\tTarget\r\n( ")) << text.substr(0, 40);
  EXPECT_TRUE(text.ends_with("\r\n"));
  const auto examples = read(folder.path("set/basic_train.tsv"), {.verify = true}).examples;
  for (int64_t example = 0; example < examples.size(); ++example) {
    EXPECT_TRUE(examples.tokens(example).size() > 500 && examples.tokens(example).size() < 2000);
  }
}

TEST(ListOpsGenerate, ThreadsDoNotMatterAndSeedsDo) {
  const TempFolder folder;
  generate(kShort, folder.path("1"), Existing::keep, 1);
  for (int threads : {2, 3, 5}) {
    generate(kShort, folder.path("many"), Existing::replace, threads);
    EXPECT_TRUE(contents(folder.path("many")) == contents(folder.path("1")))
        << threads << " threads";
  }
  GenerateOptions other = kShort;
  other.seed = 8;
  generate(other, folder.path("other"));
  EXPECT_FALSE(contents(folder.path("other")) == contents(folder.path("1")));
}

TEST(ListOpsGenerate, TheCommittedSampleComesOutAgain) {
  // A set is named by its options: generated.yaml of a user's set must name the same examples in
  // later versions.
  GenerateOptions options;
  config::read(config::parse(read_file(sample("listops/generated.yaml")), "generated.yaml"),
               options);
  const TempFolder folder;
  generate(options, folder.path("set"));
  EXPECT_TRUE(contents(folder.path("set")) == contents(sample("listops")));
}

TEST(ListOpsGenerate, DropsDuplicatesOfASmallSpace) {
  // Four tokens: an operator, two values, `]`: 400 expressions in all.
  const TempFolder folder;
  GenerateOptions options{.train = 300, .dev = 40, .test = 10, .min_length = 4, .max_length = 4};
  generate(options, folder.path("set"));
  std::set<std::vector<Token>> different;
  for (Split split : kSplits) {
    const auto examples = read(folder.path("set/") + file_name(split), {.verify = true}).examples;
    for (int64_t example = 0; example < examples.size(); ++example)
      different.emplace(examples.tokens(example).begin(), examples.tokens(example).end());
  }
  EXPECT_EQ(different.size(), 350u);

  options.train = 400;
  const std::string error = error_text([&] { generate(options, folder.path("too_many")); });
  EXPECT_TRUE(error.starts_with("too few different expressions of 4 to 4 tokens: ")) << error;
  EXPECT_TRUE(error.ends_with(" drawn, 450 asked for")) << error;
  EXPECT_TRUE(std::filesystem::is_empty(folder.path("too_many")));
}

TEST(ListOpsGenerate, RefusesWhatCannotBe) {
  const TempFolder folder;
  const auto error = [&](const GenerateOptions& options) {
    return error_text([&] { generate(options, folder.path("set")); });
  };
  EXPECT_EQ(error({.min_length = 20, .max_length = 10}), "min_length 20 is above max_length 10");
  EXPECT_EQ(error({.grammar = {.max_depth = 3}}),
            "min_length 501: with max_depth 3 and max_arguments 10 "
            "no expression has more than 122 tokens");
  EXPECT_EQ(error({.min_length = 2, .max_length = 3}),
            "no expression of 2 to 3 tokens among 1000000 grown: "
            "allow other lengths, more depth or more arguments");
  EXPECT_FALSE(std::filesystem::exists(folder.path("set/basic_train.tsv")));
}

TEST(ListOpsGenerate, KeepsAnExistingSet) {
  const TempFolder folder;
  const std::string set = folder.path("set");
  generate(kShort, set);
  const auto first = contents(set);
  EXPECT_EQ(generate(kShort, set), Generated::already_there);

  GenerateOptions other = kShort;
  other.seed = 9;
  EXPECT_EQ(error_text([&] { generate(other, set); }),
            set +
                "/basic_train.tsv: exists already and belongs to another set; "
                "choose another folder, or replace it with --force");
  EXPECT_TRUE(contents(set) == first);
  EXPECT_EQ(generate(other, set, Existing::replace), Generated::written);
  EXPECT_FALSE(contents(set) == first);

  // With a file missing the set is not complete, so the folder is refused.
  std::filesystem::remove(set + "/basic_val.tsv");
  EXPECT_NE(error_text([&] { generate(other, set); }), "");
}

TEST(ListOpsGenerate, ReportsAFolderThatCannotBeWritten) {
  const TempFolder folder;
  const std::string file = folder.write("file", "");
  const std::string error = error_text([&] { generate(kShort, file + "/set"); }, ExitCode::failure);
  EXPECT_TRUE(error.starts_with(file + "/set: cannot be created: ")) << error;
}

TEST(ListOpsGenerate, WritesAllOrNothingOnASmallDisk) {
  // The set takes 428 + 32 + 16 + 4 KiB: the disk is full at each of its files, or at none.
  for (const int kib : {8, 300, 440, 464, 476, 2000}) {
    const TempFolder folder;
    const bool tried = on_small_disk(folder.path(""), kib, [&](const std::string& disk) {
      const std::string set = disk + "set";
      const auto files = [&] {
        std::filesystem::directory_iterator entries(set);
        return std::distance(begin(entries), end(entries));
      };
      try {
        generate(kShort, set);
        EXPECT_EQ(kib, 2000);
        EXPECT_EQ(files(), 4) << kib << " KiB";
      } catch (const SystemError& error) {
        EXPECT_LT(kib, 2000);
        EXPECT_NE(std::string(error.what()).find("No space left on device"), std::string::npos)
            << error.what();
        EXPECT_EQ(files(), 0) << kib << " KiB";
      }
    });
    if (!tried) GTEST_SKIP() << "no small file system can be mounted here";
  }
}

TEST(ListOpsGenerateDeathTest, StopsWithNothingWritten) {
  // In a process of its own, as the flag that a signal raises stays up.
  const TempFolder folder;
  const std::string set = folder.path("set");
  EXPECT_EXIT(
      {
        watch_stop_signals();
        const auto outcome =
            generate(kShort, set, Existing::keep, 1, [](int64_t) { std::raise(SIGTERM); });
        std::exit(outcome == Generated::stopped && std::filesystem::is_empty(set) ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace yoso::data::listops
