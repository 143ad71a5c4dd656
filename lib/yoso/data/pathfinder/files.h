#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "yoso/data/archive/file_set.h"
#include "yoso/data/pathfinder/drawing.h"

/// Pathfinder (Linsley et al. 2018; Kim et al. 2020) as the Long Range Arena uses it: a gray image
/// of dashed curves with two discs, class 1 where one curve connects both.
namespace yoso::data::pathfinder {

/// The published folder: curv_baseline, curv_contour_length_9, curv_contour_length_14.
const char* level_folder(Level level);

/// The folder of a level (it holds imgs/ and metadata/): `path` itself, or one below it as the Long
/// Range Arena's archive unpacks: pathfinderN/LEVEL, within the inner `lra_release` before the
/// outer one. DataError when there is none, or when the folder of another level was given.
std::string find_folder(const std::string& path, int64_t resolution, Level level);

/// The files of a level, in a folder (find_folder) or packed in an archive (open_set). DataError.
std::unique_ptr<FileSet> open_files(const std::string& path, int64_t resolution, Level level,
                                    const ArchiveProgress& progress = nullptr);

/// One line of the metadata.
struct ImageInfo {
  std::string file;  // relative to the level's folder: imgs/0/sample_0.png
  std::string line;  // where it is described: PATH:LINE, for messages
  int64_t label = 0;
  int64_t contour_length = 0;
};

/// Parses a line of a metadata file: at least four fields separated by spaces, the first two folder
/// and file of the image, the fourth its label; the sixth, where there is one, is the contour
/// length. DataError `what is wrong`, without file and line.
ImageInfo parse_metadata(const std::string& text);

/// The names of all metadata files of a level (metadata/0.npy) in the order of their numbers.
/// DataError when there are none, or none for a folder of images.
std::vector<std::string> metadata_files(const FileSet& files);

}  // namespace yoso::data::pathfinder
