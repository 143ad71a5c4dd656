#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace yoso::testing {

/// Equal sizes and |actual − expected| ≤ tolerance · |largest expected| everywhere; NaN
/// never passes. On failure names the first element that is off.
inline ::testing::AssertionResult near(const at::Tensor& actual, const at::Tensor& expected,
                                       double tolerance) {
  std::ostringstream message;
  if (actual.sizes() != expected.sizes()) {
    message << "sizes " << actual.sizes() << " instead of " << expected.sizes();
    return ::testing::AssertionFailure() << message.str();
  }
  if (actual.numel() == 0) return ::testing::AssertionSuccess();
  const at::Tensor a = actual.detach().to(at::kDouble), e = expected.detach().to(at::kDouble);
  const double scale = std::max(1e-6, e.abs().max().item<double>());
  const at::Tensor wrong = ((a - e).abs() <= tolerance * scale).logical_not();
  const int64_t count = wrong.sum().item<int64_t>();
  if (count == 0) return ::testing::AssertionSuccess();
  const at::Tensor index = wrong.nonzero()[0];
  const int64_t flat = wrong.flatten().nonzero()[0].item<int64_t>();
  message << count << " of " << wrong.numel() << " elements are off, the first at [";
  for (int64_t dim = 0; dim < index.numel(); ++dim)
    message << (dim ? ", " : "") << index[dim].item<int64_t>();
  message << "]: " << a.flatten()[flat].item<double>() << " instead of "
          << e.flatten()[flat].item<double>() << " (tolerance " << tolerance << " of " << scale
          << ")";
  return ::testing::AssertionFailure() << message.str();
}

}  // namespace yoso::testing
