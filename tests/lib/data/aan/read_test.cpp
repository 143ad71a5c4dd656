#include "yoso/data/aan/read.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso::data::aan {
namespace {

using testing::error_text;
using testing::sample;
using testing::shared_data;
using testing::TempFolder;

struct Example {
  std::string first, second;
  int64_t label;
  bool operator==(const Example&) const = default;
};

std::vector<Example> examples_of(Reader& reader, Split split) {
  std::vector<Example> examples;
  reader.read(split, [&](const RawExample& example) {
    examples.push_back({std::string(example.text), std::string(example.second), example.label});
  });
  return examples;
}

class AanTest : public ::testing::Test {
 protected:
  AanTest() {
    for (const Split split : kSplits) folder_.write(file_name(split), "1.0\ta\tb\tx\ty\n");
  }
  Reader reader(const std::string& train, int64_t skip = 0) {
    folder_.write("new_aan_pairs.train.tsv", train);
    return {open_files(folder_.root()), ReadOptions{.skip_bad_rows = skip}};
  }
  std::string error(const std::string& train) {
    Reader r = reader(train);
    return error_text([&] { examples_of(r, Split::train); }, ExitCode::data);
  }
  TempFolder folder_;
  const std::string path_ = folder_.path("new_aan_pairs.train.tsv");
};

TEST_F(AanTest, TakesTextsAsTheyAre) {
  Reader r = reader("0.0\ti\tj\tb'a \\n \"quoted'\t second\n1\tk\tl\tthird\tfourth");
  EXPECT_EQ(examples_of(r, Split::train),
            (std::vector<Example>{{"b'a \\n \"quoted'", " second", 0}, {"third", "fourth", 1}}));
}

TEST_F(AanTest, CutsEachTextTo10000Bytes) {
  Reader r =
      reader("1.0\ta\tb\t" + std::string(12'000, 'x') + "\t" + std::string(9'000, 'y') + "\n");
  const auto examples = examples_of(r, Split::train);
  EXPECT_EQ(examples[0].first.size(), 10'000U);
  EXPECT_EQ(examples[0].second.size(), 9'000U);
}

TEST_F(AanTest, NamesFileAndLine) {
  EXPECT_EQ(
      error("1.0\ta\tb\tx\ty\n1.0\ta\tb\tx\n"),
      path_ + ":2: expected 5 columns separated by tabs (label, id, id, text, text), found 4");
  EXPECT_EQ(error("2.0\ta\tb\tx\ty\n"), path_ + ":1: expected the label 0.0 or 1.0, found `2.0`");
  EXPECT_EQ(error("no\ta\tb\tx\ty\n"), path_ + ":1: expected the label 0.0 or 1.0, found `no`");
  EXPECT_EQ(error("1.0\ta\tb\t\ty\n"), path_ + ":1: the first text is empty");
  EXPECT_EQ(error("1.0\ta\tb\tx\t\n"), path_ + ":1: the second text is empty");
  EXPECT_EQ(error(""), path_ + ": the file is empty");
}

TEST_F(AanTest, ToleratesAndListsBadExamples) {
  Reader r = reader("9\ta\tb\tx\ty\n1.0\ta\tb\tx\ty\n\n", 2);
  EXPECT_EQ(examples_of(r, Split::train).size(), 1U);
  EXPECT_EQ(r.bad_examples().size(), 2U);
}

TEST_F(AanTest, RefusesIdsWithoutTexts) {
  Reader r = reader("1.0\ta\tb\n", 100);
  EXPECT_EQ(error_text([&] { examples_of(r, Split::train); }, ExitCode::data),
            path_ +
                ":1: holds ids but no texts (an early release of the data); "
                "the release with texts is needed");
  const TempFolder early;
  early.write("new_aan_pairs.train.only_ids.tsv", "1.0\ta\tb\n");
  EXPECT_NE(error_text([&] { find_folder(early.root()); }, ExitCode::data)
                .find("pairs of ids without their texts"),
            std::string::npos);
}

TEST_F(AanTest, FindsTheInnerFolderOfTheArchiveFirst) {
  const TempFolder root;
  for (const std::string folder : {"lra_release/tsv_data/", "lra_release/lra_release/tsv_data/"}) {
    for (const Split split : kSplits) root.write(folder + file_name(split), "x");
  }
  EXPECT_EQ(find_folder(root.root()), root.root() + "/lra_release/lra_release/tsv_data");
  std::filesystem::remove(root.path("lra_release/lra_release/tsv_data/new_aan_pairs.eval.tsv"));
  EXPECT_EQ(
      error_text([&] { find_folder(root.root()); }, ExitCode::data),
      root.path("lra_release/lra_release/tsv_data/new_aan_pairs.eval.tsv") + ": no such file");
}

TEST(Aan, ReadsTheSample) {
  Reader reader(open_files(sample("retrieval")), {});
  EXPECT_EQ(examples_of(reader, Split::train).size(), 12U);
  EXPECT_EQ(examples_of(reader, Split::dev).size(), 5U);
  EXPECT_EQ(examples_of(reader, Split::test).size(), 5U);
}

TEST(Aan, ReadsTheStandIn) {
  const auto shared = shared_data("lra");
  if (!shared) GTEST_SKIP() << "no YOSO_DATA/lra";
  Reader reader(open_files(*shared), {});
  EXPECT_EQ(examples_of(reader, Split::train).size(), 300U);
  EXPECT_EQ(examples_of(reader, Split::dev).size(), 60U);
  EXPECT_EQ(examples_of(reader, Split::test).size(), 60U);
}

}  // namespace
}  // namespace yoso::data::aan
