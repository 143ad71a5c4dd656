#include "yoso/data/pathfinder/read.h"

#include <lodepng.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "yoso/util/error.h"
#include "yoso/util/format.h"
#include "yoso/util/parallel.h"

namespace yoso::data::pathfinder {

namespace fs = std::filesystem;

Reader::Reader(std::unique_ptr<FileSet> files, int64_t resolution,
               std::function<std::vector<int64_t>(int64_t)> shuffle, ReadOptions options)
    : ExampleReader(files->location(), std::move(options)),
      files_(std::move(files)),
      resolution_(resolution),
      shuffle_(std::move(shuffle)) {}

const std::vector<ImageInfo>& Reader::images() {
  index();
  return images_;
}

void Reader::index() {
  if (indexed_) return;
  std::unordered_set<std::string> described;
  for (const std::string& name : metadata_files(*files_)) index_file(name, described);
  if (images_.empty()) throw DataError(path_ + ": the metadata describe no image");
  std::vector<std::string> empty;
  std::erase_if(images_, [&](const ImageInfo& info) {
    const bool none = files_->size(info.file) == 0;
    if (none) empty.push_back(info.file);
    return none;  // a missing one is reported when it is to be read
  });
  if (!empty.empty()) {
    remarks_.push_back(path_ + ": " + format_count(static_cast<int64_t>(empty.size())) +
                       " images of no bytes left out: " + empty.front() +
                       (empty.size() > 1 ? ", ..." : ""));
  }
  order_ = shuffle_(static_cast<int64_t>(images_.size()));
  indexed_ = true;
}

void Reader::index_file(const std::string& name, std::unordered_set<std::string>& described) {
  const std::string path = files_->shown(name), text = files_->read(name);
  saw(fs::path(name).filename().string(), text);
  if (text.starts_with("\x93NUMPY")) {
    throw DataError(path +
                    ": is a numpy array; the metadata of the release are plain text, one line an "
                    "image (numpy.savetxt(path, numpy.load(path), fmt='%s') converts it)");
  }
  int64_t line = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string content = text.substr(begin, end - begin);
    if (content.ends_with('\r')) content.pop_back();
    begin = end + 1;
    const std::string where = path + ":" + std::to_string(++line);
    if (content.empty()) continue;
    try {
      ImageInfo info = parse_metadata(content);
      info.line = where;
      if (!described.insert(info.file).second)
        throw DataError("describes " + info.file + " once more");
      images_.push_back(std::move(info));
    } catch (const DataError& error) {
      bad_.add(where + ": " + error.what());
    }
  }
}

std::vector<int64_t> Reader::examples_of(Split split) const {
  const auto size = static_cast<int64_t>(images_.size());
  const int64_t held_out = size / 10;
  const int64_t train = size - 2 * held_out;
  const int64_t begin = split == Split::train ? 0 : split == Split::dev ? train : train + held_out;
  const int64_t count = split == Split::train ? train : held_out;
  std::vector<int64_t> examples(order_.begin() + begin, order_.begin() + begin + count);
  std::sort(examples.begin(), examples.end());  // so that files are read in their order
  return examples;
}

void Reader::read(Split split, const std::function<void(const RawExample&)>& take) {
  index();
  const std::vector<int64_t> examples = examples_of(split);
  const auto total = static_cast<int64_t>(examples.size());
  constexpr int64_t kBlock = 1024, kGrain = 16;
  struct Image {
    std::string file, pixels;
  };
  std::vector<Image> block;
  for (int64_t first = 0; first < total; first += kBlock) {
    const int64_t count = std::min(kBlock, total - first);
    block.assign(static_cast<size_t>(count), {});
    parallel_for((count + kGrain - 1) / kGrain, options_.threads, [&](int64_t part) {
      for (int64_t i = part * kGrain; i < std::min(count, (part + 1) * kGrain); ++i) {
        const ImageInfo& info = images_[examples[first + i]];
        const std::string path = files_->shown(info.file);
        try {
          if (!files_->size(info.file))
            throw DataError(path + ": no such file, described in " + info.line);
          block[i].file = files_->read(info.file);
          block[i].pixels = decode_png(block[i].file, resolution_);
        } catch (const DataError& error) {
          const std::string what = error.what();
          bad_.add(what.starts_with(path) ? what : path + ": " + what);
        }
      }
    });
    for (int64_t i = 0; i < count; ++i) {
      const ImageInfo& info = images_[examples[first + i]];
      saw(info.file, block[i].file);
      if (!block[i].pixels.empty()) take({block[i].pixels, {}, info.label});
    }
    progress(first + count, total);
  }
}

std::string decode_png(std::string_view bytes, int64_t resolution) {
  unsigned char* decoded = nullptr;
  unsigned width = 0, height = 0;
  lodepng::State state;
  state.decoder.color_convert = 0;  // what is no gray image is refused below, not converted
  const unsigned error =
      lodepng_decode(&decoded, &width, &height, &state,
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  const std::unique_ptr<unsigned char, decltype(&std::free)> owner(decoded, &std::free);
  if (error != 0) throw DataError(std::string("is no PNG: ") + lodepng_error_text(error));
  if (width != resolution || height != resolution) {
    throw DataError("is an image of " + std::to_string(width) + " x " + std::to_string(height) +
                    " pixels, expected " + std::to_string(resolution) + " x " +
                    std::to_string(resolution));
  }
  const LodePNGColorMode& colour = state.info_png.color;
  if (colour.colortype != LCT_GREY || colour.bitdepth != 8)
    throw DataError("is no image of 8-bit gray levels");
  return {reinterpret_cast<const char*>(decoded), static_cast<size_t>(width) * height};
}

}  // namespace yoso::data::pathfinder
