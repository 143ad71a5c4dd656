#include "yoso/data/pathfinder/generate.h"

#include <lodepng.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <system_error>
#include <vector>

#include "yoso/config/write.h"
#include "yoso/data/pathfinder/files.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/parallel.h"
#include "yoso/util/stop_signal.h"
#include "yoso/util/text.h"

namespace yoso::data::pathfinder {

namespace fs = std::filesystem;

namespace {

std::string encode_png(const Bytes& image) {
  unsigned char* encoded = nullptr;
  size_t size = 0;
  const auto side = static_cast<unsigned>(image.side);
  const unsigned error =
      lodepng_encode_memory(&encoded, &size, image.values.data(), side, side, LCT_GREY, 8);
  const std::unique_ptr<unsigned char, decltype(&std::free)> owner(encoded, &std::free);
  if (error != 0) throw SystemError(std::string("PNG: ") + lodepng_error_text(error));
  return {reinterpret_cast<const char*>(encoded), size};
}

/// Not atomic: the metadata, which list the images, are written afterwards.
void write_image(const std::string& path, const Bytes& image) {
  const std::string png = encode_png(image);
  std::ofstream file(path, std::ios::binary);
  file.write(png.data(), static_cast<std::streamsize>(png.size()));
  file.close();
  if (!file) throw SystemError(path + ": cannot be written");
}

std::string decimal(double value) {
  const std::string text = format_number(value);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

/// The line of the metadata for image `number` of imgs/`batch`.
std::string metadata_line(const DrawingSettings& settings, const Drawing& drawing, int64_t batch,
                          int64_t number) {
  return "imgs/" + std::to_string(batch) + " sample_" + std::to_string(number) + ".png " +
         std::to_string(number) + " " + std::to_string(drawing.label) + " " +
         decimal(settings.continuity) + " " + std::to_string(settings.contour_length) + " " +
         std::to_string(settings.distractor_length) + " " + std::to_string(settings.paddle_length) +
         " " + format_number(settings.paddle_thickness) + " " + std::to_string(drawing.margin) +
         " 1";
}

/// Images [first, first + count) of the set, as folder number `batch`; false when a signal stopped
/// it.
bool write_batch(const GenerateOptions& options, const std::string& root, int64_t batch,
                 int64_t first, int64_t count, int threads,
                 const std::function<void(int64_t)>& done) {
  const DrawingSettings settings = options.settings();
  const std::string folder = root + "/imgs/" + std::to_string(batch);
  make_folders(folder);
  std::vector<std::string> lines(static_cast<size_t>(count));
  std::mutex mutex;
  int64_t written = 0;
  constexpr int64_t kGrain = 8;
  parallel_for((count + kGrain - 1) / kGrain, threads, [&](int64_t part) {
    for (int64_t i = part * kGrain; i < std::min(count, (part + 1) * kGrain); ++i) {
      if (stop_requested() != 0) return;
      const Drawing drawing = draw(settings, RandomStream(static_cast<uint64_t>(options.seed),
                                                          "pathfinder", uint64_t(first + i)));
      write_image(folder + "/sample_" + std::to_string(i) + ".png", drawing.image);
      lines[i] = metadata_line(settings, drawing, batch, i);
    }
    const std::lock_guard lock(mutex);
    written += std::min(kGrain, count - part * kGrain);
    if (done) done(first + written);
  });
  if (stop_requested() != 0) return false;
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  write_atomically(root + "/metadata/" + std::to_string(batch) + ".npy", text);
  return true;
}

}  // namespace

void GenerateOptions::fields(config::FieldVisitor& visitor) {
  visitor.choice({"resolution", "pixels of a side; 128 is Path-X"}, resolution);
  visitor.choice({"level", "length of the curves: 6, 9 or 14 dashes"}, level);
  visitor.field({"images", "images in all; train, dev and test are drawn from them later"}, images,
                {.min = 1, .max = 100'000'000});
  visitor.field({"folder_images", "images in each folder imgs/N"}, folder_images,
                {.min = 1, .max = 1'000'000});
  visitor.field({"seed", "random seed; the same options give the same images"}, seed, {.min = 0});
}

std::string set_folder(const GenerateOptions& options) {
  return "pathfinder" + config::to_text(options.resolution) + "/" + level_folder(options.level);
}

Generated generate(const GenerateOptions& options, const std::string& folder, Existing existing,
                   int threads, const std::function<void(int64_t)>& progress) {
  const std::string root = folder + "/" + set_folder(options);
  const std::string settings = config::to_yaml(config::write(options));
  const std::string settings_file = root + "/generated.yaml";
  std::error_code ignored;
  const bool same = fs::exists(settings_file, ignored) && read_file(settings_file) == settings;
  if (!same && (fs::exists(root + "/imgs", ignored) || fs::exists(root + "/metadata", ignored))) {
    if (existing == Existing::keep) {
      throw UsageError(root +
                       ": exists already and belongs to another set; "
                       "choose another folder, or replace it with --force");
    }
    fs::remove_all(root + "/metadata", ignored);
    fs::remove_all(root + "/imgs", ignored);
    fs::remove(settings_file, ignored);
  }
  make_folders(root + "/metadata");
  write_atomically(settings_file, settings);
  bool wrote = false;
  for (int64_t first = 0, batch = 0; first < options.images;
       first += options.folder_images, ++batch) {
    const int64_t count = std::min(options.folder_images, options.images - first);
    if (fs::exists(root + "/metadata/" + std::to_string(batch) + ".npy", ignored)) {
      if (progress) progress(first + count);
      continue;
    }
    if (!write_batch(options, root, batch, first, count, threads, progress))
      return Generated::stopped;
    wrote = true;
  }
  return wrote ? Generated::written : Generated::already_there;
}

}  // namespace yoso::data::pathfinder
