#include "yoso/data/shards/length_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace yoso::data {

size_t LengthHistogram::bucket(int64_t length) {
  if (length < kExact) return static_cast<size_t>(length);
  // From 1,024 on each octave is cut into 64 parts.
  const int octave = std::bit_width(static_cast<uint64_t>(length)) - 1;
  const int64_t part = (length >> (octave - 6)) - kPerOctave;
  return static_cast<size_t>(kExact + (octave - 10) * kPerOctave + part);
}

int64_t LengthHistogram::shortest(size_t bucket) {
  const auto index = static_cast<int64_t>(bucket);
  if (index < kExact) return index;
  const int64_t octave = (index - kExact) / kPerOctave + 10;
  return (kPerOctave + (index - kExact) % kPerOctave) << (octave - 6);
}

void LengthHistogram::add(int64_t length, int64_t count) {
  const size_t at = bucket(length);
  if (at >= counts_.size()) counts_.resize(at + 1);
  counts_[at] += count;
  count_ += count;
  longest_ = std::max(longest_, length);
}

int64_t LengthHistogram::percentile(double percent) const {
  const auto rank =
      std::max<int64_t>(1, std::llround(std::ceil(percent / 100 * static_cast<double>(count_))));
  int64_t seen = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= rank) return shortest(i);
  }
  return 0;
}

int64_t LengthHistogram::between(int64_t from, int64_t to) const {
  int64_t sum = 0;
  for (size_t i = bucket(from); i < counts_.size() && shortest(i) < to; ++i) sum += counts_[i];
  return sum;
}

std::vector<std::pair<int64_t, int64_t>> LengthHistogram::entries() const {
  std::vector<std::pair<int64_t, int64_t>> result;
  for (size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] > 0) result.emplace_back(shortest(i), counts_[i]);
  }
  return result;
}

}  // namespace yoso::data
