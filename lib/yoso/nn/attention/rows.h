#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace yoso::nn {

/// Memory for x [batch, heads, length, dim], laid out as [batch, length, heads, dim], which splits
/// and merges heads without a copy.
at::Tensor empty_token_major(const at::Tensor& x);

/// Rows of x [batch, heads, length, dim] by int64 indices [batch or 1, heads or 1, ...] into the
/// length: [batch, heads, ..., dim]. Both it and its gradient run in parallel and
/// deterministically.
at::Tensor gather_rows(const at::Tensor& x, const at::Tensor& index);

/// Sums of the rows of x [batch, heads, length, dim] by segment: [batch, heads, segments, dim].
/// `segment` int64 [batch or 1, length]; a row whose segment is `segments` is left out.
at::Tensor segment_sums(const at::Tensor& x, const at::Tensor& segment, int64_t segments);

}  // namespace yoso::nn
