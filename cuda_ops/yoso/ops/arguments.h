#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace yoso::ops {

/// Checks of an operator's arguments. Each throws c10::Error naming the operator, the argument and
/// the two values that disagree. Sizes are symbolic, so that the same checks serve shape inference.
class Arguments {
 public:
  explicit Arguments(const char* op) : op_(op) {}

  /// `layout` names the dimensions in the message, as "[batch, heads, length, head_dim]".
  void has_dims(const char* name, const at::Tensor& tensor, int64_t dims, const char* layout) const;

  void has_dtype(const char* name, const at::Tensor& tensor, at::ScalarType dtype) const;

  /// float64, float32, bfloat16 or float16.
  void is_floating(const char* name, const at::Tensor& tensor) const;

  void same_dtype(const char* name, const at::Tensor& tensor, const char* other_name,
                  const at::Tensor& other) const;

  void same_device(const char* name, const at::Tensor& tensor, const char* other_name,
                   const at::Tensor& other) const;

  void same_size(const char* name, const at::Tensor& tensor, int64_t dim, const char* other_name,
                 const at::Tensor& other, int64_t other_dim) const;

  void has_size(const char* name, const at::Tensor& tensor, int64_t dim, int64_t size) const;

  void at_least_one(const char* name, const at::Tensor& tensor, int64_t dim) const;

  void in_range(const char* name, int64_t value, int64_t low, int64_t high) const;

  /// `mask`, where there is one, is bool [batch, length] on the device of `x`, which is
  /// [batch, heads, length, ..].
  void fits_mask(const char* name, const std::optional<at::Tensor>& mask, const char* x_name,
                 const at::Tensor& x) const;

  /// `document`, where there is one, is int32 [batch, length] on the device of `x`, as a mask.
  void fits_document(const std::optional<at::Tensor>& document, const char* x_name,
                     const at::Tensor& x) const;

  /// The first dimension of `tensor` counts groups of random numbers: 1, heads or batch · heads
  /// of `x` [batch, heads, ..].
  void fits_groups(const char* name, const at::Tensor& tensor, const at::Tensor& x) const;

 private:
  const char* op_;
};

/// The most bits of a code: codes fit 16 bits.
inline constexpr int64_t kMaxBits = 16;

}  // namespace yoso::ops
