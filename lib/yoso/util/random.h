#pragma once

#include <cstdint>
#include <string_view>

namespace yoso {

/// The 64-bit finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection whose output bits all
/// depend on all input bits. `nn/random.h` computes the same function on tensors; both must stay
/// equal.
constexpr uint64_t mix64(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/// Folds `value` into `key`: the key of a stream within a stream.
constexpr uint64_t fold(uint64_t key, uint64_t value) {
  return mix64(mix64(key + 0x9e3779b97f4a7c15ULL) ^
               (value * 0xd1342543de82ef95ULL + 0x2545f4914f6cdd1dULL));
}

/// FNV-1a of a purpose ("shuffle", "listops"), so that streams of different use are independent.
constexpr uint64_t purpose_key(std::string_view purpose) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (char c : purpose) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

/// Key of the stream for a purpose and two numbers (layer and step, epoch and example, ...); each
/// pair of numbers has a stream of its own.
constexpr uint64_t stream_key(uint64_t seed, std::string_view purpose, uint64_t a = 0,
                              uint64_t b = 0) {
  return fold(fold(fold(seed, purpose_key(purpose)), a), b);
}

/// A counter-based random stream: its n-th number is a pure function of (seed, purpose, a, b, n),
/// so what is drawn never depends on what was drawn elsewhere, before a restart or on another rank.
/// Satisfies UniformRandomBitGenerator; use the members below rather than <random>'s distributions,
/// whose results differ between standard libraries.
class RandomStream {
 public:
  using result_type = uint64_t;
  explicit constexpr RandomStream(uint64_t key) : key_(key) {}
  constexpr RandomStream(uint64_t seed, std::string_view purpose, uint64_t a = 0, uint64_t b = 0)
      : key_(stream_key(seed, purpose, a, b)) {}

  static constexpr uint64_t min() { return 0; }
  static constexpr uint64_t max() { return UINT64_MAX; }
  constexpr uint64_t operator()() { return mix64(key_ + 0x9e3779b97f4a7c15ULL * ++counter_); }

  /// Uniform in [0, 1), 53 bits.
  constexpr double uniform() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }

  /// Uniform integer in [0, bound), exactly (rejection, Lemire 2019); bound ≥ 1.
  constexpr uint64_t below(uint64_t bound) {
    __extension__ using wide = unsigned __int128;
    wide product = static_cast<wide>((*this)()) * bound;
    if (static_cast<uint64_t>(product) < bound) {
      const uint64_t threshold = (0 - bound) % bound;
      while (static_cast<uint64_t>(product) < threshold)
        product = static_cast<wide>((*this)()) * bound;
    }
    return static_cast<uint64_t>(product >> 64);
  }

 private:
  uint64_t key_;
  uint64_t counter_ = 0;
};

}  // namespace yoso
