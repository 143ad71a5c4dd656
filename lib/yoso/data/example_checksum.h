#pragma once

#include <cstdint>
#include <span>

#include "yoso/util/checksum.h"

namespace yoso::data {

/// The checksum of labelled examples, one after the other: of the lengths and symbols of the texts
/// and of the labels, in memory or in a file alike.
class ExampleChecksum {
 public:
  void add_text(std::span<const uint8_t> text) {
    const uint64_t length = text.size();
    sum_.add(&length, sizeof length);
    sum_.add(text.data(), text.size());
  }
  void end_example(int64_t label) { sum_.add(&label, sizeof label); }
  uint64_t value() const { return sum_.value(); }

 private:
  Checksum sum_;
};

}  // namespace yoso::data
