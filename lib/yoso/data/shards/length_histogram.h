#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace yoso::data {

/// How many documents have which length, in constant memory: lengths below 1,024 exactly, longer
/// ones within 1.6 %.
class LengthHistogram {
 public:
  void add(int64_t length, int64_t count = 1);

  int64_t count() const { return count_; }

  /// The length that `percent` % of the documents do not exceed (nearest rank); 0 when there are
  /// none.
  int64_t percentile(double percent) const;
  int64_t longest() const { return longest_; }

  /// Documents of at least `from` and less than `to` tokens.
  int64_t between(int64_t from, int64_t to) const;

  /// The lengths that occur, each with its number, to be stored and added again; the longest one is
  /// exact.
  std::vector<std::pair<int64_t, int64_t>> entries() const;

 private:
  static constexpr int64_t kExact = 1024;
  static constexpr int64_t kPerOctave = 64;
  static size_t bucket(int64_t length);
  static int64_t shortest(size_t bucket);

  std::vector<int64_t> counts_;
  int64_t count_ = 0;
  int64_t longest_ = 0;
};

}  // namespace yoso::data
