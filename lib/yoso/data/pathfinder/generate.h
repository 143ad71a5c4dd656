#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "yoso/config/fields.h"
#include "yoso/data/pathfinder/drawing.h"

namespace yoso::data::pathfinder {

/// What `lra generate pathfinder` makes. The defaults are the Long Range Arena's task.
struct GenerateOptions {
  Resolution resolution = Resolution::side32;
  Level level = Level::hard;
  int64_t images = 200'000;
  int64_t folder_images = 1'000;  // in each imgs/N, as in the release
  int64_t seed = 1;

  void fields(config::FieldVisitor& visitor);
  DrawingSettings settings() const { return published_settings(side_of(resolution), level); }
};

enum class Existing { keep, replace };
enum class Generated { written, already_there, stopped };

/// pathfinder32/curv_contour_length_14, ...: where a set lies below the output folder.
std::string set_folder(const GenerateOptions& options);

/// Writes the images of a set in the official layout: imgs/N/sample_I.png, metadata/N.npy (plain
/// text, written when the images of its folder are complete) and generated.yaml with the options.
/// Image number i is a function of (options, i), whatever the number of threads.
///
/// A complete set is left as it is, one that was begun with these options is continued. Returns
/// `stopped` after a stop signal; the next call continues. `progress` gets the images done so far.
///
/// UsageError: the folder holds another set (unless Existing::replace). SystemError: an image or
/// the metadata cannot be written.
Generated generate(const GenerateOptions& options, const std::string& folder,
                   Existing existing = Existing::keep, int threads = 0,
                   const std::function<void(int64_t done)>& progress = nullptr);

}  // namespace yoso::data::pathfinder
