#include "yoso/nn/attention/yoso_options.h"

#include <algorithm>
#include <bit>

#include "yoso/nn/attention/kind.h"

namespace yoso::nn {

namespace {
constexpr int64_t kMaxBits = 16;
}

void bits_field(config::FieldVisitor& visitor, config::AutoInt& bits) {
  visitor.field({"bits", "bits of a hash code (τ); auto: log2 of model.max_length, rounded down"},
                bits, {.min = 1, .max = kMaxBits});
}

void resolve_bits(config::AutoInt& bits, const AttentionShape& shape) {
  if (bits) return;
  const int64_t log2 = std::bit_width(static_cast<uint64_t>(shape.max_length)) - 1;
  bits = std::clamp<int64_t>(log2, 1, kMaxBits);
}

void conv_window_field(config::FieldVisitor& visitor, int64_t& window) {
  visitor.field(
      {"conv_window", "tokens that the depthwise convolution of YOSO-C spans, odd; 0: none"},
      window, {.min = 0, .max = 65535});
}

void check_conv_window(int64_t window, const config::Tree& written, const std::string& path) {
  if (window == 0 || window % 2 == 1) return;
  fail_option(written, path, "conv_window",
              "expected 0 or an odd number, not `" + std::to_string(window) + "`");
}

void yoso_compat_field(config::FieldVisitor& visitor, config::Compat& compat) {
  config::compat_field(
      visitor, compat,
      "hf: padding takes part in the attention, as in Hugging Face's YOSO; only the "
      "convolution leaves it out",
      config::Compat::hf);
}

at::Tensor attended_mask(const at::Tensor& mask, bool attends_padding) {
  return attends_padding ? at::Tensor() : mask;
}

std::optional<at::Tensor> optional_mask(const at::Tensor& mask) {
  return mask.defined() ? std::optional(mask) : std::nullopt;
}

}  // namespace yoso::nn
