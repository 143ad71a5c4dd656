#include "yoso/data/imdb/read.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso::data::imdb {
namespace {

namespace fs = std::filesystem;
using testing::error_text;
using testing::sample;
using testing::shared_data;
using testing::TempFolder;

struct Example {
  std::string text;
  int64_t label;
  bool operator==(const Example&) const = default;
  auto operator<=>(const Example&) const = default;
};

std::vector<Example> examples_of(Reader& reader, Split split) {
  std::vector<Example> examples;
  reader.read(split, [&](const RawExample& example) {
    EXPECT_TRUE(example.second.empty());
    examples.push_back({std::string(example.text), example.label});
  });
  return examples;
}

/// Ten reviews of each class in train, two in test; text and file name show which.
class ImdbTest : public ::testing::Test {
 protected:
  ImdbTest() {
    for (int id = 0; id < 10; ++id) write("train", id);
    for (int id = 0; id < 2; ++id) write("test", id);
  }
  void write(const std::string& split, int id) {
    for (const std::string kind : {"neg", "pos"}) {
      const std::string name = split + "/" + kind + "/" + std::to_string(id);
      folder_.write(name + (kind == "pos" ? "_8.txt" : "_3.txt"), name);
    }
  }
  Reader reader(SplitOptions split = {}, int64_t skip = 0) const {
    return {find_source(folder_.root()), split, ReadOptions{.skip_bad_rows = skip}};
  }
  TempFolder folder_;
};

TEST_F(ImdbTest, HoldsOutATenthOfEachClassOfTrain) {
  Reader reader = this->reader();
  const auto train = examples_of(reader, Split::train), dev = examples_of(reader, Split::dev);
  EXPECT_EQ(train.size(), 18U);
  ASSERT_EQ(dev.size(), 2U);
  EXPECT_EQ(dev[0].label, 0);
  EXPECT_EQ(dev[1].label, 1);
  std::set<Example> all(train.begin(), train.end());
  all.insert(dev.begin(), dev.end());
  EXPECT_EQ(all.size(), 20U);
  for (const Example& example : all)
    EXPECT_EQ(example.text.find(example.label == 1 ? "train/pos/" : "train/neg/"), 0U)
        << example.text;
  EXPECT_EQ(examples_of(reader, Split::test),
            (std::vector<Example>{
                {"test/neg/0", 0}, {"test/neg/1", 0}, {"test/pos/0", 1}, {"test/pos/1", 1}}));
}

TEST_F(ImdbTest, SeedAndFractionDecideWhatIsHeldOut) {
  Reader one = reader(), again = reader(), other = reader({.dev_share = 0.1, .seed = 2}),
         larger = reader({.dev_share = 0.3});
  EXPECT_EQ(examples_of(one, Split::dev), examples_of(again, Split::dev));
  EXPECT_NE(examples_of(one, Split::dev), examples_of(other, Split::dev));
  EXPECT_EQ(examples_of(larger, Split::dev).size(), 6U);
}

TEST_F(ImdbTest, PublishedSplitTrainsOnAllAndSelectsOnTest) {
  Reader reader = this->reader({.dev_is_test = true});
  EXPECT_EQ(examples_of(reader, Split::train).size(), 20U);
  EXPECT_EQ(examples_of(reader, Split::dev), examples_of(reader, Split::test));
}

TEST_F(ImdbTest, NamesBadFilesAndToleratesSome) {
  const std::string strange = folder_.write("train/neg/note.txt", "x");
  EXPECT_EQ(error_text(
                [&] {
                  Reader r = reader();
                  examples_of(r, Split::train);
                },
                ExitCode::data),
            strange + ": is not named ID_RATING.txt");
  const std::string rating = folder_.write("train/pos/77_2.txt", "x");
  const std::string empty = folder_.write("test/neg/78_1.txt", "");
  folder_.write("test/neg/1_4.txt", "again");
  Reader tolerant = reader({}, 4);
  EXPECT_EQ(examples_of(tolerant, Split::train).size(), 18U);
  EXPECT_EQ(examples_of(tolerant, Split::test).size(), 4U);
  const std::string root = folder_.root();
  EXPECT_EQ(tolerant.bad_examples(),
            (std::vector<std::string>{strange + ": is not named ID_RATING.txt",
                                      rating + ": rating 2 in the folder pos, expected 7 to 10",
                                      empty + ": the file is empty",
                                      root + ": test/neg: id 1 comes twice"}));
  EXPECT_EQ(error_text(
                [&] {
                  Reader r = reader({}, 3);
                  examples_of(r, Split::dev);
                },
                ExitCode::data),
            root + ": test/neg: id 1 comes twice; tolerated before it: " + strange +
                ": is not named ID_RATING.txt; " + rating +
                ": rating 2 in the folder pos, expected 7 to 10; " + empty + ": the file is empty");
}

TEST_F(ImdbTest, NamesFoldersBelowTheReviews) {
  folder_.write("train/pos/more/1_9.txt", "x");
  Reader strict = reader();
  EXPECT_EQ(error_text([&] { examples_of(strict, Split::train); }, ExitCode::data),
            folder_.root() + "/train/pos/more: is a folder; reviews lie in train/pos itself");
  Reader tolerant = reader({}, 1);
  EXPECT_EQ(examples_of(tolerant, Split::train).size(), 18U);
  EXPECT_EQ(tolerant.bad_examples().size(), 1U);
}

TEST_F(ImdbTest, NamesWhatIsMissing) {
  EXPECT_EQ(error_text([] { find_source("/nowhere"); }, ExitCode::data),
            "/nowhere: no such folder or archive");
  const std::string text = folder_.write("a.txt", "x");
  EXPECT_TRUE(
      error_text([&] { find_source(text); }, ExitCode::data).starts_with(text + ": is no archive"));
  const TempFolder nothing;
  EXPECT_TRUE(error_text([&] { find_source(nothing.root()); }, ExitCode::data)
                  .starts_with(nothing.root() + ": no reviews here"));
  fs::remove_all(folder_.path("test/pos"));
  Reader r = reader();
  EXPECT_EQ(error_text([&] { examples_of(r, Split::train); }, ExitCode::data),
            folder_.root() + "/test/pos: cannot be read: No such file or directory");
}

TEST(Imdb, ReadsTheSample) {
  Reader reader(find_source(sample("text")), {}, {});
  EXPECT_EQ(examples_of(reader, Split::train).size(), 18U);
  EXPECT_EQ(examples_of(reader, Split::dev).size(), 2U);
  EXPECT_EQ(examples_of(reader, Split::test).size(), 6U);
  EXPECT_EQ(reader.source().files, 26);
}

TEST(Imdb, ADamagedArchiveIsNamed) {
  const TempFolder folder;
  const auto shared = shared_data("lra/aclImdb_v1.tar.gz");
  if (!shared) GTEST_SKIP() << "no YOSO_DATA/lra/aclImdb_v1.tar.gz";
  const std::string cut = folder.path("cut.tar.gz");
  fs::copy_file(*shared, cut);
  fs::permissions(cut, fs::perms::owner_all);
  fs::resize_file(cut, 3'000'000);
  Reader reader(cut, {}, {});
  const std::string error = error_text([&] { examples_of(reader, Split::train); }, ExitCode::data);
  EXPECT_TRUE(error.starts_with(cut + "(aclImdb/")) << error;
  EXPECT_NE(error.find(": cannot be read: "), std::string::npos) << error;
}

TEST(ImdbSlow, TheCompleteArchiveHasThePublishedFigures) {
  const auto shared = shared_data("lra/aclImdb_v1.tar.gz");
  if (!shared) GTEST_SKIP() << "no YOSO_DATA/lra/aclImdb_v1.tar.gz";
  Reader reader(*shared, {}, {});
  std::map<std::pair<Split, int64_t>, int64_t> counts;
  size_t least = 1 << 30, most = 0, above = 0;
  for (const Split split : kSplits) {
    reader.read(split, [&](const RawExample& example) {
      ++counts[{split, example.label}];
      least = std::min(least, example.text.size());
      most = std::max(most, example.text.size());
      above += example.text.size() > 4000;
    });
  }
  for (const int64_t label : {0, 1}) {
    EXPECT_EQ((counts[{Split::train, label}]), 11250);
    EXPECT_EQ((counts[{Split::dev, label}]), 1250);
    EXPECT_EQ((counts[{Split::test, label}]), 12500);
  }
  EXPECT_EQ(least, 32U);
  EXPECT_EQ(most, 13704U);
  EXPECT_EQ(above, 1510U);
}

}  // namespace
}  // namespace yoso::data::imdb
