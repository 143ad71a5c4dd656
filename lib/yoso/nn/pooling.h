#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace yoso::nn {

enum class Pooling {
  mean,   // over the real tokens; zero for a row without any
  first,  // the first position ([CLS])
};

/// "mean" or "first".
Pooling parse_pooling(const std::string& name);

/// hidden [batch, length, dim] → [batch, dim], sums in float32. `mask` bool [batch, length], true
/// for a real token; undefined: all are.
at::Tensor pool(const at::Tensor& hidden, const at::Tensor& mask, Pooling pooling);

}  // namespace yoso::nn
