#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "yoso/ops/kernels/bucket_lists.h"
#include "yoso/ops/kernels/rows.h"

namespace yoso::ops::cuda {

// Tensors in the form that kernels read.

/// Throws c10::Error for float64, which only CPUs have.
kernels::Element element_of(const char* op, const char* name, const at::Tensor& tensor);

/// The type that rows of two types are read as: their own, or float32 where they differ.
at::ScalarType common_type(const at::Tensor& a, const at::Tensor& b);

/// A [batch, heads, length, width] tensor whose rows lie side by side, in `type`.
at::Tensor row_tensor(const at::Tensor& tensor, at::ScalarType type);

/// The tensor must come from row_tensor and outlive the result.
kernels::Rows rows_of(const at::Tensor& tensor);

/// A contiguous copy where it is not one; undefined where there is none.
at::Tensor mask_tensor(const std::optional<at::Tensor>& mask);

/// Null for an undefined mask.
const bool* mask_of(const at::Tensor& mask);

/// Throws c10::Error where a length does not fit the 32 bits that kernels count rows with.
void check_length(const char* op, const char* name, const at::Tensor& tensor);

/// With YOSO_CHECK=1 in the environment: throws c10::Error where a valid row's code is outside
/// [0, 2^bits). Waits for the GPU then.
void check_codes(const char* op, const char* name, const at::Tensor& codes, int64_t bits,
                 const std::optional<at::Tensor>& mask);

}  // namespace yoso::ops::cuda
