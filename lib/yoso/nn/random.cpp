#include "yoso/nn/random.h"

#include <ATen/ATen.h>

#include <numbers>

#include "yoso/util/random.h"

namespace yoso::nn {

namespace {

/// int64 shifts are arithmetic; clearing the sign's copies makes them logical.
at::Tensor shift_right(const at::Tensor& words, int64_t bits) {
  return at::bitwise_right_shift(words, at::Scalar(bits))
      .bitwise_and_(at::Scalar((int64_t{1} << (64 - bits)) - 1));
}

/// The same 64 bits as a signed number; products and sums wrap alike.
at::Scalar word(uint64_t value) { return at::Scalar(static_cast<int64_t>(value)); }

}  // namespace

at::Tensor mix64(const at::Tensor& words) {
  at::Tensor z = shift_right(words, 30).bitwise_xor_(words).mul_(word(0xbf58476d1ce4e5b9ULL));
  z = shift_right(z, 27).bitwise_xor_(z).mul_(word(0x94d049bb133111ebULL));
  return shift_right(z, 31).bitwise_xor_(z);
}

at::Tensor fold(uint64_t key, const at::Tensor& values) {
  at::Tensor mixed = at::mul(values, word(0xd1342543de82ef95ULL)).add_(word(0x2545f4914f6cdd1dULL));
  return mix64(mixed.bitwise_xor_(word(yoso::mix64(key + 0x9e3779b97f4a7c15ULL))));
}

at::Tensor random_words(const at::Tensor& keys, int64_t count) {
  at::Tensor counters = at::arange(1, count + 1, keys.options()).mul_(word(0x9e3779b97f4a7c15ULL));
  return mix64(keys.unsqueeze(-1) + counters);
}

at::Tensor random_signs(const at::Tensor& keys, int64_t count) {
  // Bytes rather than words: an eighth of the memory traffic. All platforms of LibTorch are
  // little-endian.
  at::Tensor bytes = random_words(keys, (count + 63) / 64).view(at::kByte);
  at::Tensor bits =
      at::bitwise_left_shift(at::ones({8}, bytes.options()), at::arange(8, bytes.options()));
  at::Tensor signs = bytes.unsqueeze(-1).bitwise_and(bits).ne(0).to(at::kChar).mul_(2).sub_(1);
  return signs.flatten(-2).narrow(-1, 0, count).contiguous();
}

at::Tensor random_uniform(const at::Tensor& keys, int64_t count) {
  return shift_right(random_words(keys, count), 11).to(at::kDouble).mul_(0x1.0p-53);
}

at::Tensor random_normal(const at::Tensor& keys, int64_t count) {
  at::Tensor words = random_words(keys, (count + 1) / 2);
  // In (0, 1], so that the logarithm is finite.
  at::Tensor radius =
      shift_right(words, 32).to(at::kDouble).add_(1).mul_(0x1.0p-32).log_().mul_(-2).sqrt_();
  at::Tensor angle = words.bitwise_and(at::Scalar(int64_t{0xffffffff})).to(at::kDouble);
  angle.mul_(2 * std::numbers::pi * 0x1.0p-32);
  at::Tensor pairs = at::cat({radius * angle.cos(), radius * angle.sin()}, -1);
  return pairs.narrow(-1, 0, count).to(at::kFloat);
}

at::Tensor key_tensor(uint64_t key, const at::Device& device) {
  return at::full({}, word(key), at::TensorOptions().dtype(at::kLong).device(device));
}

}  // namespace yoso::nn
