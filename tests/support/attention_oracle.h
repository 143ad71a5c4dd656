#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <optional>
#include <string>

#include "yoso/ops/expected_attention.h"
#include "yoso/ops/sampled_attention.h"

// The attentions stated densely in float64, straight from the contract's formulas, and runs of the
// operators to compare with them.

namespace yoso::testing {

/// One call of an attention and the gradient of its result.
struct AttentionProblem {
  at::Tensor query, key, value;       // [batch, heads, length, head_dim or value_dim]
  at::Tensor query_codes, key_codes;  // int32 [batch, heads, hashes, length]
  int64_t bits = 0;
  std::optional<at::Tensor> query_mask, key_mask;  // bool [batch, length]
  at::Tensor grad;                                 // like the result
};

struct AttentionSizes {
  int64_t batch = 2, heads = 2, queries = 9, keys = 9, head_dim = 8, value_dim = 8, hashes = 4,
          bits = 3;
};

/// The result and the gradients for query, key and value.
struct AttentionResult {
  at::Tensor output, query, key, value;
};

inline at::Tensor unit_rows(const at::Tensor& x) {
  return x / x.norm(2, -1, true).clamp_min(1e-12);
}

/// Codes of a dense statement of random hyperplanes, so that near rows collide more often.
inline at::Tensor oracle_codes(const at::Tensor& x, const at::Tensor& planes) {
  const at::Tensor bit = at::einsum("bhnd,mtd->bhmnt", {x, planes}).ge(0).to(at::kLong);
  const at::Tensor weight = at::pow(2, at::arange(planes.size(1), at::kLong));
  return (bit * weight).sum(-1).to(at::kInt);
}

/// Random unit rows around a few centres, so that there are near and far pairs, and codes that fit
/// them.
inline AttentionProblem random_problem(const AttentionSizes& s, uint64_t seed,
                                       at::ScalarType dtype = at::kDouble,
                                       std::optional<at::ScalarType> value_dtype = {}) {
  at::manual_seed(seed);
  const auto wide = at::TensorOptions(at::kDouble);
  const at::Tensor centres = at::randn({s.batch, s.heads, 1, s.head_dim}, wide);
  AttentionProblem p;
  p.query =
      unit_rows(centres + at::randn({s.batch, s.heads, s.queries, s.head_dim}, wide)).to(dtype);
  p.key = unit_rows(centres + at::randn({s.batch, s.heads, s.keys, s.head_dim}, wide)).to(dtype);
  p.value =
      at::randn({s.batch, s.heads, s.keys, s.value_dim}, wide).to(value_dtype.value_or(dtype));
  p.grad = at::randn({s.batch, s.heads, s.queries, s.value_dim}, wide).to(p.value.scalar_type());
  const at::Tensor planes = at::randn({s.hashes, s.bits, s.head_dim}, wide);
  p.query_codes = oracle_codes(p.query.to(at::kDouble), planes);
  p.key_codes = oracle_codes(p.key.to(at::kDouble), planes);
  p.bits = s.bits;
  return p;
}

/// p(x) = (1 − arccos(x)/π)^bits.
inline at::Tensor oracle_probability(const at::Tensor& x, int64_t bits) {
  return at::pow(1 - at::acos(x.clamp(-1, 1)) / M_PI, bits);
}

/// bits / ((π − θ) sin θ) with the product clamped to ±(1 − 1e-4).
inline at::Tensor oracle_weight(const at::Tensor& x, int64_t bits) {
  const at::Tensor theta = at::acos(x.clamp(-1 + 1e-4, 1 - 1e-4));
  return bits / ((M_PI - theta) * at::sin(theta));
}

/// Float64 copies with zeros where masked, and the outer product of the masks.
struct OracleInputs {
  explicit OracleInputs(const AttentionProblem& p) {
    const auto real = [&](const std::optional<at::Tensor>& mask, const at::Tensor& x) {
      return mask ? *mask : at::ones({x.size(0), x.size(2)}, at::kBool);
    };
    query_real = real(p.query_mask, p.query);
    key_real = real(p.key_mask, p.key);
    const auto rows = [](const at::Tensor& x, const at::Tensor& mask) {
      return at::where(mask.unsqueeze(1).unsqueeze(-1), x.to(at::kDouble), 0.0);
    };
    query = rows(p.query, query_real);
    key = rows(p.key, key_real);
    value = rows(p.value, key_real);
    grad = rows(p.grad, query_real);
    pair = (query_real.unsqueeze(-1) * key_real.unsqueeze(-2)).unsqueeze(1).to(at::kDouble);
    products = at::matmul(query, key.transpose(-1, -2));
  }
  at::Tensor query, key, value, grad, pair, products, query_real, key_real;
};

/// Forward with coefficients `forward`; gradients with `a` and weights `w` [batch, heads, queries,
/// keys].
inline AttentionResult dense_attention(const OracleInputs& in, const at::Tensor& forward,
                                       const at::Tensor& a, const at::Tensor& w) {
  const at::Tensor s = a * w * at::matmul(in.grad, in.value.transpose(-1, -2)) * in.pair;
  return {at::matmul(forward * in.pair, in.value), at::matmul(s, in.key),
          at::matmul(s.transpose(-1, -2), in.query),
          at::matmul((a * in.pair).transpose(-1, -2), in.grad)};
}

/// B̄: the share of hashes in which the codes agree.
inline at::Tensor oracle_collisions(const AttentionProblem& p) {
  const int64_t hashes = p.query_codes.size(2);
  at::Tensor count =
      at::zeros({p.query.size(0), p.query.size(1), p.query.size(2), p.key.size(2)}, at::kDouble);
  for (int64_t m = 0; m < hashes; ++m)
    count += p.query_codes.select(2, m).unsqueeze(-1).eq(p.key_codes.select(2, m).unsqueeze(-2));
  return count / static_cast<double>(hashes);
}

inline AttentionResult sampled_oracle(const AttentionProblem& p, const std::string& gradient) {
  const OracleInputs in(p);
  const at::Tensor collisions = oracle_collisions(p);
  const at::Tensor half = at::full_like(collisions, p.bits / 2.0);
  if (gradient == "lower_bound") return dense_attention(in, collisions, collisions, half);
  if (gradient == "unbiased")
    return dense_attention(in, collisions, collisions, oracle_weight(in.products, p.bits));
  return dense_attention(in, collisions, oracle_probability(in.products, p.bits), half);
}

inline AttentionResult expected_oracle(const AttentionProblem& p, const std::string& gradient) {
  const OracleInputs in(p);
  const at::Tensor probability = oracle_probability(in.products, p.bits);
  return dense_attention(in, probability, probability,
                         gradient == "exact" ? oracle_weight(in.products, p.bits)
                                             : at::full_like(probability, p.bits / 2.0));
}

template <class Attention>
AttentionResult run_attention(const AttentionProblem& p, const Attention& attention) {
  const at::Tensor query = p.query.detach().requires_grad_();
  const at::Tensor key = p.key.detach().requires_grad_();
  const at::Tensor value = p.value.detach().requires_grad_();
  const at::Tensor output = attention(query, key, value);
  const auto grads = torch::autograd::grad({output}, {query, key, value}, {p.grad});
  return {output.detach(), grads[0], grads[1], grads[2]};
}

inline AttentionResult run_sampled(const AttentionProblem& p, const std::string& gradient) {
  return run_attention(p, [&](const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
    return ops::sampled_attention(q, k, v, p.query_codes, p.key_codes, p.bits, p.query_mask,
                                  p.key_mask, gradient);
  });
}

inline AttentionResult run_expected(const AttentionProblem& p, const std::string& gradient) {
  return run_attention(p, [&](const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
    return ops::expected_attention(q, k, v, p.bits, p.query_mask, p.key_mask, gradient);
  });
}

}  // namespace yoso::testing
