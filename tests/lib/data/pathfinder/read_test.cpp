#include "yoso/data/pathfinder/read.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>

#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/data/pathfinder/generate.h"
#include "yoso/util/file.h"

namespace yoso::data::pathfinder {
namespace {

namespace fs = std::filesystem;
using testing::error_text;
using testing::sample;
using testing::shared_data;
using testing::TempFolder;

std::vector<int64_t> in_order(int64_t size) {
  std::vector<int64_t> order(size);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

std::vector<int64_t> labels_of(Reader& reader, Split split) {
  std::vector<int64_t> labels;
  reader.read(split, [&](const RawExample& example) {
    EXPECT_EQ(example.text.size(), 1024U);
    labels.push_back(example.label);
  });
  return labels;
}

/// Twenty generated images in two folders.
class PathfinderRead : public ::testing::Test {
 protected:
  PathfinderRead() {
    options_.images = 20;
    options_.folder_images = 10;
    generate(options_, folder_.root());
  }
  Reader reader(int64_t skip = 0) const {
    return {open_files(folder_.root(), 32, Level::hard), 32, in_order,
            ReadOptions{.skip_bad_rows = skip}};
  }
  std::string error() const {
    Reader r = reader();
    return error_text(
        [&] {
          for (Split split : kSplits) labels_of(r, split);
        },
        ExitCode::data);
  }
  std::string path(const std::string& name) const {
    return folder_.path("pathfinder32/curv_contour_length_14/" + name);
  }
  void write(const std::string& name, const std::string& content) const {
    folder_.write("pathfinder32/curv_contour_length_14/" + name, content);
  }

  GenerateOptions options_;
  TempFolder folder_;
};

TEST_F(PathfinderRead, CutsTheShuffledOrder80To10To10) {
  Reader r = reader();
  std::vector<int64_t> labels;
  for (const ImageInfo& info : r.images()) labels.push_back(info.label);
  ASSERT_EQ(labels.size(), 20U);
  EXPECT_EQ(labels_of(r, Split::train), std::vector<int64_t>(labels.begin(), labels.begin() + 16));
  EXPECT_EQ(labels_of(r, Split::dev),
            std::vector<int64_t>(labels.begin() + 16, labels.begin() + 18));
  EXPECT_EQ(labels_of(r, Split::test), std::vector<int64_t>(labels.begin() + 18, labels.end()));
}

TEST_F(PathfinderRead, GeneratedImagesComeBack) {
  Reader r = reader();
  int64_t index = 0;
  for (const Split split : kSplits) {
    r.read(split, [&](const RawExample& example) {
      const Drawing drawing = draw(options_.settings(), RandomStream(1, "pathfinder", index++));
      EXPECT_EQ(example.text,
                std::string(drawing.image.values.begin(), drawing.image.values.end()));
      EXPECT_EQ(example.label, drawing.label);
    });
  }
  EXPECT_EQ(index, 20);
  EXPECT_EQ(read_file(path("metadata/1.npy")).substr(0, 24),
            "imgs/1 sample_0.png 0 " + std::to_string(r.images()[10].label) + " ");
}

TEST_F(PathfinderRead, LeavesOutEmptyFilesWithARemark) {
  write("imgs/0/sample_4.png", "");
  Reader r = reader();
  EXPECT_EQ(r.images().size(), 19U);
  ASSERT_EQ(r.remarks().size(), 1U);
  EXPECT_NE(r.remarks()[0].find("1 images of no bytes left out: imgs/0/sample_4.png"),
            std::string::npos);
  EXPECT_EQ(labels_of(r, Split::train).size(), 17U);
}

TEST_F(PathfinderRead, NamesTheBadImage) {
  const std::string image = path("imgs/0/sample_3.png");
  write("imgs/0/sample_3.png", std::string(100, 'x'));
  EXPECT_EQ(error(), image + ": is no PNG: incorrect PNG signature, it's no PNG or corrupted");
  const std::string whole = read_file(path("imgs/0/sample_5.png"));
  write("imgs/0/sample_3.png", whole.substr(0, whole.size() / 2));
  EXPECT_TRUE(error().starts_with(image + ": is no PNG: ")) << error();
  fs::remove(image);
  EXPECT_EQ(error(), image + ": no such file, described in " + path("metadata/0.npy") + ":4");
  Reader tolerant = reader(1);
  EXPECT_EQ(labels_of(tolerant, Split::train).size(), 15U);
  EXPECT_EQ(tolerant.bad_examples().size(), 1U);

  GenerateOptions large = options_;
  large.resolution = Resolution::side64;
  large.images = 1;
  generate(large, folder_.root());
  fs::copy_file(folder_.path("pathfinder64/curv_contour_length_14/imgs/0/sample_0.png"), image);
  EXPECT_EQ(error(), image + ": is an image of 64 x 64 pixels, expected 32 x 32");
}

TEST_F(PathfinderRead, NamesTheBadLineOfMetadata) {
  const std::string file = path("metadata/0.npy");
  write("metadata/0.npy", "imgs/0 sample_0.png 0 1 1.0 14\nimgs/0 sample_1.png 1\n");
  EXPECT_EQ(error(), file + ":2: expected at least 4 fields separated by spaces, found 3");
  write("metadata/0.npy", "imgs/0 sample_0.png 0 7 1.0 14\n");
  EXPECT_EQ(error(), file + ":1: expected the label 0 or 1 in field 4, found `7`");
  write("metadata/0.npy", "imgs/0 sample_0.png 0 1\nimgs/0 sample_0.png 0 1\n");
  EXPECT_EQ(error(), file + ":2: describes imgs/0/sample_0.png once more");
  write("metadata/0.npy", "\x93NUMPY\x01");
  EXPECT_TRUE(error().starts_with(file + ": is a numpy array")) << error();
  fs::remove(path("metadata/0.npy"));
  EXPECT_EQ(error(), file + ": no such file, but there are images in " + path("imgs/0"));
  fs::remove_all(path("metadata"));
  EXPECT_EQ(error(), path("metadata") + ": no such folder");
  fs::create_directories(path("metadata"));
  EXPECT_EQ(error(), path("metadata") + ": holds no metadata (0.npy, 1.npy, ...)");
}

TEST_F(PathfinderRead, FoldersOfLevelsAreNotMistaken) {
  const std::string level = path("imgs").substr(0, path("imgs").size() - 5);
  EXPECT_EQ(error_text([&] { find_folder(level, 32, Level::easy); }, ExitCode::data),
            level + ": is not the level asked for, easy (curv_baseline)");
  EXPECT_EQ(find_folder(level, 32, Level::hard), level);
  EXPECT_TRUE(error_text([&] { find_folder(folder_.root(), 64, Level::hard); }, ExitCode::data)
                  .starts_with(folder_.root() + ": no Pathfinder images here"));
}

TEST_F(PathfinderRead, GenerationContinuesAndKeepsOtherSets) {
  EXPECT_EQ(generate(options_, folder_.root()), Generated::already_there);
  const std::string before = read_file(path("imgs/1/sample_0.png"));
  fs::remove(path("metadata/1.npy"));
  fs::remove(path("imgs/1/sample_0.png"));
  EXPECT_EQ(generate(options_, folder_.root(), Existing::keep, 1), Generated::written);
  EXPECT_EQ(read_file(path("imgs/1/sample_0.png")), before);
  GenerateOptions other = options_;
  other.seed = 2;
  EXPECT_NE(error_text([&] { generate(other, folder_.root()); }).find("belongs to another set"),
            std::string::npos);
  EXPECT_EQ(generate(other, folder_.root(), Existing::replace), Generated::written);
  EXPECT_NE(read_file(path("imgs/1/sample_0.png")), before);
}

TEST(Pathfinder, ReadsTheSamples) {
  Reader small(open_files(sample("pathfinder"), 32, Level::hard), 32, in_order, {});
  EXPECT_EQ(labels_of(small, Split::train), (std::vector<int64_t>{0, 1, 1, 1, 0, 0, 1, 1, 0, 0}));
  const auto shared = shared_data("lra");
  if (!shared) GTEST_SKIP() << "no YOSO_DATA/lra";
  Reader reader(open_files(*shared, 32, Level::hard), 32, in_order, {});
  EXPECT_EQ(reader.images().size(), 800U);
  EXPECT_EQ(labels_of(reader, Split::test).size(), 80U);
}

}  // namespace
}  // namespace yoso::data::pathfinder
