#include "yoso/data/cifar/read.h"

#include <filesystem>
#include <map>

#include "yoso/data/archive/locate.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::data::cifar {

namespace fs = std::filesystem;

namespace {

constexpr const char* kTest = "test_batch.bin";
constexpr size_t kRecord = 1 + 3 * kPixels;

bool holds_batches(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "data_batch_1.bin", ignored);
}

bool is_batch(const std::string& path) {
  const std::string file = fs::path(path).filename().string();
  return file == kTest || (file.starts_with("data_batch_") && file.ends_with(".bin"));
}

}  // namespace

uint8_t gray(uint8_t red, uint8_t green, uint8_t blue) {
  constexpr float kScale = 1.0F / 255.0F;
  const float level = static_cast<float>(red) * kScale * 0.2989F +
                      static_cast<float>(green) * kScale * 0.5870F +
                      static_cast<float>(blue) * kScale * 0.1140F;
  return static_cast<uint8_t>(level * 255.5F);
}

std::string find_source(const std::string& path) {
  return data::find_source(path, "cifar-10-batches-bin", "cifar-10-binary.tar.gz",
                           "CIFAR-10 here (data_batch_1.bin … test_batch.bin)", holds_batches);
}

std::vector<Reader::Image> Reader::add(const std::string& shown, const std::string& content) {
  if (content.empty() || content.size() % kRecord != 0) {
    throw DataError(shown + ": " + std::to_string(content.size()) +
                    " bytes are no whole number of records of 3,073 bytes" +
                    (content.empty()
                         ? ""
                         : "; the last one, record " +
                               std::to_string(content.size() / kRecord + 1) + ", is truncated"));
  }
  std::vector<Image> images;
  std::string pixels(kPixels, '\0');
  for (size_t i = 0; i < content.size() / kRecord; ++i) {
    const auto* record = reinterpret_cast<const uint8_t*>(content.data()) + i * kRecord;
    if (record[0] >= kClasses) {
      bad_.add(shown + ": record " + std::to_string(i + 1) + ": label " +
               std::to_string(record[0]) + ", expected 0 to 9");
      continue;
    }
    const uint8_t* red = record + 1;
    for (int64_t pixel = 0; pixel < kPixels; ++pixel) {
      pixels[pixel] =
          static_cast<char>(gray(red[pixel], red[kPixels + pixel], red[2 * kPixels + pixel]));
    }
    images.push_back({pixels_.size(), record[0]});
    pixels_.write(pixels);
  }
  return images;
}

void Reader::load() {
  if (loaded_) return;
  const bool archive = is_archive_name(path_);
  const auto shown = [&](const std::string& file) {
    return archive ? path_ + "(" + file + ")" : path_ + "/" + file;
  };
  std::map<std::string, std::vector<Image>> batches;  // in the order of their names
  const auto take = [&](const std::string& file, const std::string& content) {
    saw(file, content);
    batches[file] = add(shown(file), content);
  };
  if (archive) {
    read_archive(path_, is_batch, [&](const std::string& name, const std::string& content) {
      take(fs::path(name).filename().string(), content);
    });
  } else {
    for (const std::string& file :
         sorted_entries(path_, [](const auto& entry) { return is_batch(entry.path().string()); }))
      take(file, read_file(path_ + "/" + file));
  }
  for (const char* file : {"data_batch_1.bin", kTest}) {
    if (!batches.contains(file)) throw DataError(shown(file) + ": no such file");
  }
  for (const auto& [file, images] : batches) {
    auto& all = file == kTest ? test_ : train_;
    all.insert(all.end(), images.begin(), images.end());
  }
  loaded_ = true;
}

void Reader::read(Split split, const std::function<void(const RawExample&)>& take) {
  load();
  const std::vector<Image>& images = split == Split::test ? test_ : train_;
  const auto size = static_cast<int64_t>(images.size());
  const int64_t held_out = size / 10;
  const int64_t begin = split == Split::dev ? size - held_out : 0;
  const int64_t end = split == Split::train ? size - held_out : size;
  const MappedFile pixels = pixels_.map();
  for (int64_t i = begin; i < end; ++i) {
    take({pixels.text().substr(images[i].begin, kPixels), {}, images[i].label});
    progress(i + 1 - begin, end - begin);
  }
}

}  // namespace yoso::data::cifar
