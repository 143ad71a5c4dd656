#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "yoso/data/example_reader.h"
#include "yoso/util/scratch_file.h"

/// CIFAR-10 (Krizhevsky 2009) in its binary form, as gray levels: the Long Range Arena's Image
/// task.
namespace yoso::data::cifar {

inline constexpr int64_t kPixels = 32 * 32;
inline constexpr int64_t kClasses = 10;

/// The gray level that TensorFlow's rgb_to_grayscale gives for 8-bit colours: weights 0.2989,
/// 0.5870, 0.1140, scaled by 255.5 / 255 and truncated, in float32.
uint8_t gray(uint8_t red, uint8_t green, uint8_t blue);

/// Where the batches are: `path` itself, cifar-10-batches-bin or cifar-10-binary.tar.gz in it.
/// DataError when there are none.
std::string find_source(const std::string& path);

/// Images in the order of the files data_batch_1.bin … data_batch_5.bin and test_batch.bin: train
/// is the first 90 % of the former, dev their last 10 %. (Published results cut the same fractions
/// of another order, that of TensorFlow Datasets.) A batch may hold fewer images than the official
/// 10,000 and batches 2 to 5 may be missing.
///
/// DataError: a batch whose size is no multiple of 3,073 bytes. Bad examples: a label above 9.
class Reader : public ExampleReader {
 public:
  /// `source`: a folder of batches, or an archive.
  Reader(std::string source, ReadOptions options)
      : ExampleReader(std::move(source), std::move(options)) {}

  void read(Split split, const std::function<void(const RawExample&)>& take) override;

 private:
  struct Image {
    uint64_t begin = 0;  // of its kPixels within pixels_
    int64_t label = 0;
  };
  void load();
  /// The images of a batch; `shown` is the file's name in messages.
  std::vector<Image> add(const std::string& shown, const std::string& content);

  bool loaded_ = false;
  ScratchFile pixels_;  // some 60 MB
  std::vector<Image> train_, test_;
};

}  // namespace yoso::data::cifar
