// Published sets read packed, in the nesting of the Long Range Arena's archive.
#include "yoso/data/archive/file_set.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>

#include "support/archive.h"
#include "support/shared_data.h"
#include "support/user_error.h"
#include "yoso/data/aan/read.h"
#include "yoso/data/listops/files.h"
#include "yoso/data/listops/read.h"
#include "yoso/data/pathfinder/read.h"
#include "yoso/util/file.h"

namespace yoso::data {
namespace {

namespace fs = std::filesystem;
using testing::error_text;
using testing::pack;
using testing::sample;
using testing::TempFolder;

const std::string kOuter = "lra_release", kInner = "lra_release/lra_release";
const std::string kPathfinder = "pathfinder32/curv_contour_length_14";

struct Example {
  std::string text, second;
  int64_t label;
  bool operator==(const Example&) const = default;
};

std::vector<Example> examples_of(ExampleReader&& reader) {
  std::vector<Example> examples;
  for (const Split split : kSplits) {
    reader.read(split, [&](const RawExample& example) {
      examples.push_back({std::string(example.text), std::string(example.second), example.label});
    });
  }
  return examples;
}

std::vector<Example> pathfinder_examples(const std::string& path) {
  const auto in_order = [](int64_t size) {
    std::vector<int64_t> order(static_cast<size_t>(size));
    std::iota(order.begin(), order.end(), 0);
    return order;
  };
  return examples_of(pathfinder::Reader(pathfinder::open_files(path, 32, pathfinder::Level::hard),
                                        32, in_order, {}));
}

/// What the archive unpacks to: samples in the inner folder, spoiled copies of some in the outer.
class Release : public ::testing::Test {
 protected:
  Release() {
    copy("listops", kInner + "/listops-1000");
    copy("retrieval", kInner + "/tsv_data");
    copy("pathfinder/" + kPathfinder, kInner + "/" + kPathfinder);
    for (const Split split : kSplits) {
      folder_.write(kOuter + "/listops-1000/" + listops::file_name(split),
                    "Source\tTarget\r\n5\t5\r\n");
    }
    copy("pathfinder/" + kPathfinder, kOuter + "/" + kPathfinder);
    folder_.write(kOuter + "/" + kPathfinder + "/imgs/0/sample_0.png", "no image");
  }

  void copy(const std::string& from, const std::string& to) const {
    fs::create_directories(folder_.path(to));
    fs::copy(sample(from), folder_.path(to), fs::copy_options::recursive);
  }

  TempFolder folder_;
};

TEST_F(Release, TheInnerCopyCountsWhateverComesFirst) {
  const auto source = listops::read(sample("listops/basic_train.tsv")).examples.checksum();
  const std::vector<std::string> outer_first = {kOuter + "/listops-1000", kOuter + "/pathfinder32",
                                                kInner};
  const std::vector<std::string> inner_first = {kInner, kOuter + "/listops-1000",
                                                kOuter + "/pathfinder32"};
  for (const auto& members : {outer_first, inner_first}) {
    const std::string archive = pack(folder_, "lra_release.gz", members);
    const auto files = listops::open_files(archive);
    EXPECT_EQ(files->location(), archive + "(" + kInner + "/listops-1000)");
    const FileView train = files->map("basic_train.tsv");
    EXPECT_EQ(listops::read_text(train.text(), "train").examples.checksum(), source);
    EXPECT_EQ(pathfinder_examples(archive), pathfinder_examples(sample("pathfinder")));
  }
}

TEST_F(Release, FoldersAndArchivesGiveTheSameExamples) {
  const std::string archive = pack(folder_, "release.tgz", {"./" + kOuter});
  const auto pairs = [](const std::string& path) {
    return examples_of(aan::Reader(aan::open_files(path), {}));
  };
  EXPECT_EQ(pairs(archive), pairs(sample("retrieval")));
  EXPECT_EQ(pathfinder_examples(archive), pathfinder_examples(folder_.path(kInner)));
}

TEST_F(Release, TheArchiveInAFolderIsFound) {
  const TempFolder where;
  const std::string packed = pack(folder_, "all.gz", {kOuter});
  fs::copy_file(packed, where.path("lra_release.gz"));
  EXPECT_EQ(listops::open_files(where.root())->location(),
            where.path("lra_release.gz") + "(" + kInner + "/listops-1000)");
  fs::copy(sample("listops"), where.path("listops-1000"));  // what is unpacked comes first
  EXPECT_EQ(listops::open_files(where.root())->location(), where.path("listops-1000"));
}

TEST_F(Release, AnArchiveOfOneTaskNeedsNoNesting) {
  const std::string archive = pack(folder_, "pairs.tar.gz", {"-C", sample("retrieval"), "."});
  EXPECT_EQ(aan::open_files(archive)->location(), archive);
  const std::string level =
      pack(folder_, "level.tgz", {"-C", sample("pathfinder/" + kPathfinder), "imgs", "metadata"});
  EXPECT_EQ(pathfinder_examples(level), pathfinder_examples(sample("pathfinder")));
}

TEST_F(Release, ProgressReachesTheEnd) {
  const std::string archive = pack(folder_, "all.gz", {kOuter});
  int64_t last = 0;
  const auto size = static_cast<int64_t>(fs::file_size(archive));
  listops::open_files(archive, [&](int64_t done, int64_t total) {
    EXPECT_GE(done, last);
    EXPECT_EQ(total, size);
    last = done;
  });
  EXPECT_EQ(last, size);
}

TEST_F(Release, DamagedArchivesAreNamed) {
  const std::string archive = pack(folder_, "all.gz", {kOuter});
  const std::string whole = read_file(archive);
  const std::string cut = folder_.write("cut.gz", whole.substr(0, whole.size() / 2));
  const auto error = [](const std::string& path) {
    return error_text([&] { pathfinder_examples(path); }, ExitCode::data);
  };
  EXPECT_TRUE(error(cut).starts_with(cut)) << error(cut);
  EXPECT_NE(error(cut).find("cannot be read: "), std::string::npos) << error(cut);
  const std::string noise = folder_.write("noise.gz", "not packed at all");
  EXPECT_EQ(error(noise), noise +
                              ": holds no Pathfinder images "
                              "(pathfinder32/curv_contour_length_14 with imgs and metadata)");
  const std::string text = folder_.write("notes.txt", "x");
  EXPECT_EQ(error(text), text + ": is no archive (expected a folder or lra_release.gz)");
  EXPECT_EQ(error(folder_.path("nowhere")),
            folder_.path("nowhere") + ": no such folder or archive");
}

TEST_F(Release, NamesWhatAnArchiveLacks) {
  fs::remove(folder_.path(kInner + "/listops-1000/basic_val.tsv"));
  const std::string archive = pack(folder_, "all.gz", {kInner});
  EXPECT_EQ(error_text([&] { listops::open_files(archive); }, ExitCode::data),
            archive + "(" + kInner + "/listops-1000/basic_val.tsv): no such file");
  const TempFolder early;
  early.write("tsv_data/new_aan_pairs.train.only_ids.tsv", "1.0\ta\tb\n");
  const std::string ids = pack(early, "ids.tgz", {"tsv_data"});
  EXPECT_NE(error_text([&] { aan::open_files(ids); }, ExitCode::data)
                .find("holds pairs of ids without their texts"),
            std::string::npos);
}

}  // namespace
}  // namespace yoso::data
