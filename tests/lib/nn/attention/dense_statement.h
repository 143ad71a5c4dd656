#pragma once

#include <torch/csrc/autograd/autograd.h>

#include <functional>

#include "lib/nn/nn_test_support.h"
#include "support/near.h"

// Attentions compared with dense statements of their definitions in float64. A statement sees the
// valid tokens of one row and head and nothing of masks, padding or the rest of the batch.

namespace yoso::nn {

/// What a statement sees, and what it may know: [tokens, head_dim] each.
struct DenseRow {
  at::Tensor query, key, value;
  at::Tensor places;  // int64 [tokens]: where in the row they stand
  int64_t head = 0;
  at::Tensor logits() const {
    return at::matmul(query, key.t()) / std::sqrt(static_cast<double>(query.size(1)));
  }
};

/// Context [tokens, head_dim].
using DenseStatement = std::function<at::Tensor(const DenseRow&)>;

/// An attention in float64, so that nothing but a wrong formula shows.
inline std::shared_ptr<AttentionImpl> build_wide(const std::string& yaml,
                                                 const AttentionShape& shape) {
  auto attention = build_attention(yaml, shape);
  const auto widen = [](at::Tensor& x) {
    if (x.is_floating_point()) x.set_data(x.detach().to(at::kDouble));
  };
  for (at::Tensor& parameter : attention->parameters()) widen(parameter);
  for (at::Tensor& buffer : attention->buffers()) widen(buffer);
  return attention;
}

/// The context of every valid tokens by a statement, [batch, heads, length, head_dim], zero
/// elsewhere.
inline at::Tensor state_batch(const AttentionInputs& inputs, const DenseStatement& statement) {
  const int64_t batch = inputs.query.size(0), heads = inputs.query.size(1),
                length = inputs.query.size(2);
  std::vector<at::Tensor> rows;
  for (int64_t row = 0; row < batch; ++row) {
    const at::Tensor places = inputs.mask.defined() ? inputs.mask[row].nonzero().flatten()
                                                    : at::arange(length, at::kLong);
    for (int64_t head = 0; head < heads; ++head) {
      const auto real = [&](const at::Tensor& x) { return x[row][head].index_select(0, places); };
      const at::Tensor context =
          statement({real(inputs.query), real(inputs.key), real(inputs.value), places, head});
      rows.push_back(
          at::zeros({length, context.size(1)}, context.options()).index_copy(0, places, context));
    }
  }
  return at::stack(rows).unflatten(0, {batch, heads});
}

/// Value and all gradients, those of the parameters included, over lengths that divide by nothing,
/// without masks, with padding and with holes.
inline void expect_statement(const std::string& yaml, const AttentionShape& shape,
                             const std::function<DenseStatement(AttentionImpl&)>& make_statement,
                             double tolerance = 1e-9) {
  at::manual_seed(31);
  auto attention = build_wide(yaml, shape);
  attention->eval();
  const DenseStatement statement = make_statement(*attention);
  for (const int64_t length : {1, 7, 16, 33}) {
    for (const std::string masks : {"none", "padding", "holes"}) {
      AttentionInputs inputs = random_inputs(3, length, shape);
      for (at::Tensor* x : {&inputs.query, &inputs.key, &inputs.value})
        *x = x->detach().to(at::kDouble).requires_grad_();
      if (masks == "padding") inputs.mask = mask_of_lengths({length, (length + 1) / 2, 1}, length);
      if (masks == "holes") {
        inputs.mask = at::rand({3, length}) < 0.6;
        inputs.mask.select(1, length / 2).fill_(true);
      }
      std::vector<at::Tensor> leaves{inputs.query, inputs.key, inputs.value};
      for (const at::Tensor& parameter : attention->parameters()) leaves.push_back(parameter);

      const at::Tensor expected = state_batch(inputs, statement);
      at::Tensor context = attention->forward(inputs);
      if (inputs.mask.defined()) context = context * inputs.mask.unsqueeze(1).unsqueeze(-1);
      const std::string where = yaml + ", length " + std::to_string(length) + ", masks " + masks;
      EXPECT_TRUE(testing::near(context, expected, tolerance)) << where;
      const at::Tensor grad = at::randn_like(expected);
      const auto by_module =
          torch::autograd::grad({context}, leaves, {grad}, {}, false, /*allow_unused=*/true);
      const auto by_statement =
          torch::autograd::grad({expected}, leaves, {grad}, {}, false, /*allow_unused=*/true);
      for (size_t i = 0; i < leaves.size(); ++i) {
        const auto value_of = [&](const at::Tensor& g) {
          return g.defined() ? g : at::zeros_like(leaves[i]);
        };
        // Sums that cancel to zero leave rounding of the size of what was summed.
        EXPECT_LT(max_difference(value_of(by_module[i]), value_of(by_statement[i])),
                  tolerance * std::max(1.0, value_of(by_statement[i]).abs().max().item<double>()))
            << where << ", gradient " << i;
      }
    }
  }
}

/// Weights [tokens, tokens] with rows that sum to 1.
inline at::Tensor rows_to_one(const at::Tensor& weights) {
  return weights / weights.sum(-1, /*keepdim=*/true);
}

/// The depthwise convolution of values with one head's filter [window] as a matrix product.
inline at::Tensor state_convolution(const DenseRow& row, const at::Tensor& filter) {
  const int64_t half = filter.size(0) / 2;
  const at::Tensor tap = row.places.unsqueeze(0) - row.places.unsqueeze(1) + half;
  const at::Tensor inside = (tap >= 0).logical_and(tap < filter.size(0));
  const at::Tensor taps = filter.index({tap.clamp(0, filter.size(0) - 1)}) * inside;
  return at::matmul(taps, row.value);
}

}  // namespace yoso::nn
