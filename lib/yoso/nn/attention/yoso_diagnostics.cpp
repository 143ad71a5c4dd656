#include "yoso/nn/attention/yoso_diagnostics.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <functional>

#include "yoso/nn/attention/l2_normalize.h"
#include "yoso/nn/attention/padding.h"
#include "yoso/nn/attention/yoso_options.h"
#include "yoso/ops/expected_attention.h"
#include "yoso/ops/sampled_attention.h"

namespace yoso::nn {

namespace {

using YosoFunction =
    std::function<at::Tensor(const at::Tensor& unit_query, const at::Tensor& unit_key)>;

struct YosoTrace {
  at::Tensor context;   // [batch, heads, length, head_dim], rows of unit length or zero
  at::Tensor gradient;  // for queries and keys, in one row
};

/// Context and gradient of one form of the attention.
YosoTrace trace(const AttentionInputs& inputs, const at::Tensor& grad, const YosoFunction& sums) {
  const at::Tensor query = inputs.query.detach().requires_grad_();
  const at::Tensor key = inputs.key.detach().requires_grad_();
  const at::Tensor context = l2_normalize(sums(l2_normalize(query), l2_normalize(key)));
  const auto grads = torch::autograd::grad({context}, {query, key}, {grad});
  return {context.detach(), at::cat({grads[0].flatten(), grads[1].flatten()}).to(at::kDouble)};
}

/// int64 [batch, heads, hashes, 2^bits]: the valid keys of every bucket.
at::Tensor count_keys(const YosoCall& call) {
  const at::Tensor codes = call.key_codes.to(at::kLong);
  at::Tensor counted = at::ones_like(codes);
  const at::Tensor& mask = call.inputs.mask;
  if (mask.defined()) counted = counted * mask.unsqueeze(1).unsqueeze(1);
  std::vector<int64_t> sizes = codes.sizes().vec();
  sizes.back() = int64_t{1} << call.bits;
  return at::zeros(sizes, codes.options()).scatter_add_(-1, codes, counted);
}

/// 0 where one of them is zero.
double cosine(const at::Tensor& a, const at::Tensor& b) {
  const double norms = (a.norm() * b.norm()).item<double>();
  return norms > 0 ? a.dot(b).item<double>() / norms : 0;
}

}  // namespace

Diagnostics diagnose_yoso(const YosoCall& call, const at::Tensor& context_grad) {
  const at::AutoGradMode with_gradients(true);
  const AttentionInputs& inputs = call.inputs;
  const auto mask = optional_mask(inputs.mask);
  const at::Tensor grad = zero_masked(context_grad.to(inputs.value.scalar_type()), inputs.mask);
  const YosoTrace sampled = trace(inputs, grad, [&](const at::Tensor& q, const at::Tensor& k) {
    return ops::sampled_attention(q, k, inputs.value, call.query_codes, call.key_codes, call.bits,
                                  mask, mask, call.gradient);
  });
  const YosoTrace expected = trace(inputs, grad, [&](const at::Tensor& q, const at::Tensor& k) {
    return ops::expected_attention(q, k, inputs.value, call.bits, mask, mask, "exact");
  });

  const at::NoGradGuard no_grad;
  const at::Tensor valid = inputs.mask.defined()
                               ? inputs.mask
                               : at::ones({inputs.query.size(0), inputs.query.size(2)},
                                          inputs.query.options().dtype(at::kBool));
  const auto mean_of_valid = [&](const at::Tensor& values) {  // [batch, heads, length]
    const at::Tensor kept = values.to(at::kDouble) * valid.unsqueeze(1);
    return (kept.sum() / (valid.sum() * values.size(1))).item<double>();
  };
  const at::Tensor counts = count_keys(call);
  const at::Tensor keys = valid.sum(-1).clamp_min(1).view({-1, 1, 1, 1});
  const at::Tensor met = counts.gather(-1, call.query_codes.to(at::kLong));
  const at::Tensor cosines = (sampled.context.to(at::kDouble) * expected.context).sum(-1);
  return {{"keys_per_bucket", mean_of_valid(met.to(at::kDouble).mean(2))},
          {"largest_bucket", (counts.to(at::kDouble) / keys).max().item<double>()},
          {"zero_rows", mean_of_valid(met.sum(2).eq(0))},
          {"context_cosine", mean_of_valid(cosines)},
          {"gradient_cosine", cosine(sampled.gradient, expected.gradient)}};
}

}  // namespace yoso::nn
