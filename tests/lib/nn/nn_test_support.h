#pragma once

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <torch/nn/module.h>

#include <memory>
#include <string>

#include "yoso/config/read.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/nn/init.h"

namespace yoso::nn {

/// Two layers, small enough for many tests; no dropout, so that two passes agree.
inline config::ModelConfig tiny_model() {
  config::ModelConfig model;
  model.dim = 16;
  model.ffn_dim = 24;
  model.max_length = 32;
  model.dropout = 0;
  return model;
}

/// The value of `attention:` written as in a configuration file.
inline config::Tree attention_written(const std::string& yaml) {
  return *config::parse("attention: " + yaml, "test.yaml").find("attention");
}

/// The module for one layer, its parameters drawn from shape.seed.
inline std::shared_ptr<AttentionImpl> build_attention(const std::string& yaml,
                                                      const AttentionShape& shape) {
  auto module = make_attention(resolve_attention(attention_written(yaml), 1, shape).front(), shape);
  init_parameters(*module, shape.seed, 0.02);
  return module;
}

/// Random queries, keys and values [batch, heads, length, head_dim] that need gradients.
inline AttentionInputs random_inputs(int64_t batch, int64_t length, const AttentionShape& shape) {
  const auto draw = [&] {
    return at::randn({batch, shape.heads, length, shape.head_dim}).requires_grad_();
  };
  AttentionInputs inputs;
  inputs.query = draw();
  inputs.key = draw();
  inputs.value = draw();
  return inputs;
}

/// The same rows of everything that has a batch dimension.
inline AttentionInputs rows_of(const AttentionInputs& inputs, int64_t first, int64_t count) {
  AttentionInputs rows = inputs;
  for (at::Tensor* x : {&rows.query, &rows.key, &rows.value, &rows.mask}) {
    if (x->defined()) *x = x->narrow(0, first, count);
  }
  return rows;
}

/// bool [batch, length]: row i begins with lengths[i] valid tokens.
inline at::Tensor mask_of_lengths(at::IntArrayRef lengths, int64_t longest) {
  return at::arange(longest).unsqueeze(0) < at::tensor(lengths).unsqueeze(1);
}

/// Autocast to bfloat16 on the CPU within a scope.
class Autocast {
 public:
  Autocast() {
    at::autocast::set_autocast_enabled(at::kCPU, true);
    at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
    at::autocast::increment_nesting();
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;
  ~Autocast() {
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(at::kCPU, false);
  }
};

inline double max_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

}  // namespace yoso::nn
