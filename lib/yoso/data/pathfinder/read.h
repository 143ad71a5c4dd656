#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "yoso/data/example_reader.h"
#include "yoso/data/pathfinder/files.h"

namespace yoso::data::pathfinder {

/// Images by their metadata, cut into 80 % train, 10 % dev and 10 % test of a shuffled order.
/// Images of no bytes, of which the release has one, are left out before and remarked on. PNGs are
/// decoded in parallel; memory is bounded whatever the number of images.
///
/// Bad examples:
/// - a metadata line that parse_metadata refuses or that repeats an image;
/// - an image that is missing, no PNG, of another size or in colour.
///
/// DataError: no metadata, a folder of images without metadata, or metadata that is a numpy array
/// instead of text.
class Reader : public ExampleReader {
 public:
  /// `files`: of one level. `shuffle(n)` gives the permutation of n images that is cut.
  Reader(std::unique_ptr<FileSet> files, int64_t resolution,
         std::function<std::vector<int64_t>(int64_t)> shuffle, ReadOptions options);

  void read(Split split, const std::function<void(const RawExample&)>& take) override;

  /// Every image that has bytes, in the order of the metadata.
  const std::vector<ImageInfo>& images();

 private:
  void index();
  void index_file(const std::string& name, std::unordered_set<std::string>& described);
  std::vector<int64_t> examples_of(Split split) const;

  std::unique_ptr<FileSet> files_;
  int64_t resolution_;
  std::function<std::vector<int64_t>(int64_t)> shuffle_;
  bool indexed_ = false;
  std::vector<ImageInfo> images_;
  std::vector<int64_t> order_;
};

/// The 8-bit gray levels of a PNG, row by row. DataError `what is wrong`, without file.
std::string decode_png(std::string_view bytes, int64_t resolution);

}  // namespace yoso::data::pathfinder
