#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "support/attention_oracle.h"
#include "yoso/ops/exact_pairs_attention.h"

// exact_pairs_attention stated densely in float64 from its definition, differentiable, and runs of
// the operator to compare with it.

namespace yoso::testing {

/// One call and the gradient of its result.
struct PairProblem {
  at::Tensor query, key, value, query_codes, key_codes;
  std::optional<at::Tensor> query_mask, key_mask, document;
  at::Tensor grad;
  ops::ExactPairs pairs;
};

struct PairResult {
  at::Tensor output, log_norm, query, key, value;
};

/// Random rows around one centre, of unit length for the angular kernel, and codes of random
/// hyperplanes through the mean.
inline PairProblem random_pairs(const AttentionSizes& s, const ops::ExactPairs& pairs,
                                uint64_t seed, at::ScalarType dtype = at::kDouble) {
  AttentionProblem p = random_problem(s, seed);
  if (pairs.kernel == "softmax") {
    p.query = p.query * 2 * std::sqrt(static_cast<double>(s.head_dim));
    p.key = p.key * 2;
  }
  const at::Tensor planes =
      at::randn({s.hashes, pairs.hash_bits, s.head_dim}, at::TensorOptions(at::kDouble));
  const auto codes = [&](const at::Tensor& x) {
    if (s.hashes == 0) return at::zeros({s.batch, s.heads, 0, x.size(2)}, at::kInt);
    return oracle_codes(x - x.mean(2, true), planes);
  };
  return {.query = p.query.to(dtype),
          .key = p.key.to(dtype),
          .value = p.value.to(dtype),
          .query_codes = codes(p.query),
          .key_codes = codes(p.key),
          .query_mask = {},
          .key_mask = {},
          .document = {},
          .grad = p.grad.to(dtype),
          .pairs = pairs};
}

/// How many high-order bits make a bucket (yoso/ops/cpu/exact_pairs/pair_finder.cpp has the rule).
/// Codes are [hashes, length].
inline int64_t oracle_level(const at::Tensor& query_codes, const at::Tensor& key_codes,
                            const ops::ExactPairs& p) {
  const int64_t hashes = key_codes.size(0), keys = key_codes.size(1);
  if (hashes == 0) return 0;
  if (p.partners == 0) return p.hash_bits;
  const int64_t finest =
      std::min<int64_t>(p.hash_bits, std::bit_width(static_cast<uint64_t>(keys)) + 1);
  const int64_t counted = std::min<int64_t>(hashes, 4);
  const auto met_at = [&](int64_t level) {
    int64_t met = 0;
    for (int64_t hash = 0; hash < counted; ++hash) {
      const auto count = [&](const at::Tensor& codes) {
        return codes[hash].bitwise_right_shift(p.hash_bits - level).bincount({}, 1 << level);
      };
      const at::Tensor q = count(query_codes), k = count(key_codes);
      met += (q * k * k.le(p.cap)).sum().item<int64_t>();
    }
    return met;
  };
  int64_t best = finest, most = met_at(finest);
  for (int64_t level = finest; level >= 0; --level) {
    const int64_t met = met_at(level);
    if (met * hashes > p.partners * query_codes.size(1) * counted) break;
    if (met > most) best = level, most = met;
  }
  return best;
}

/// Which keys each query of a segment meets: bool [queries, keys]. Codes [hashes, length], positions
/// [length].
inline at::Tensor oracle_support(const at::Tensor& query_codes, const at::Tensor& key_codes,
                                 const at::Tensor& query_at, const at::Tensor& key_at,
                                 const ops::ExactPairs& p) {
  const int64_t queries = query_at.size(0), keys = key_at.size(0);
  at::Tensor met = at::zeros({queries, keys}, at::kBool);
  const int64_t level = oracle_level(query_codes, key_codes, p), shift = p.hash_bits - level;
  for (int64_t hash = 0; hash < key_codes.size(0); ++hash) {
    const at::Tensor q = query_codes[hash].bitwise_right_shift(shift);
    const at::Tensor k = key_codes[hash].bitwise_right_shift(shift);
    const at::Tensor few = k.bincount({}, 1 << level).index({k}).le(p.cap);
    met |= q.unsqueeze(1).eq(k.unsqueeze(0)) & few.unsqueeze(0);
  }
  if (p.band > 0) met |= (query_at.unsqueeze(1) - key_at.unsqueeze(0)).abs().le(p.band);
  const int64_t first = std::min(p.first_tokens, keys), last = std::min(p.last_tokens, keys);
  if (first > 0) {
    met.narrow(1, 0, first).fill_(true);
    met |= query_at.le(key_at[first - 1]).unsqueeze(1);
  }
  if (last > 0) {
    met.narrow(1, keys - last, last).fill_(true);
    met |= query_at.ge(key_at[keys - last]).unsqueeze(1);
  }
  return met;
}

/// The kernel and its derivative.
inline at::Tensor oracle_kernel(const at::Tensor& x, const ops::ExactPairs& p) {
  return p.kernel == "softmax" ? x.exp() : oracle_probability(x, p.bits);
}
inline at::Tensor oracle_slope(const at::Tensor& x, const ops::ExactPairs& p) {
  return p.kernel == "softmax" ? x.exp() : oracle_probability(x, p.bits) * oracle_weight(x, p.bits);
}

/// What stands for every pair that is not met: [queries, keys]. `first_codes` [keys]: of the first
/// hash, bucket ids; undefined without hashes.
inline at::Tensor oracle_tail(const at::Tensor& query, const at::Tensor& key, const at::Tensor& x,
                              const at::Tensor& first_codes, const ops::ExactPairs& p) {
  if (p.tail == "none") return at::zeros_like(x);
  const int64_t keys = key.size(0), cells = p.tail == "linear" ? 1 : std::min(p.cells, keys);
  const at::Tensor rows = key.detach();
  at::Tensor seeds = at::arange(cells, at::kLong).mul(keys).floor_divide(cells);
  if (first_codes.defined()) seeds = std::get<1>(first_codes.sort(true, 0, false)).index({seeds});
  const at::Tensor near = rows.index({seeds});
  const at::Tensor cell = (at::matmul(rows, near.t()) - near.square().sum(-1) / 2).argmax(-1);
  const at::Tensor one_hot = at::one_hot(cell, cells).to(at::kDouble);
  const at::Tensor means = at::matmul(one_hot.t(), key) / one_hot.sum(0).clamp_min(1).unsqueeze(1);
  const at::Tensor y = at::matmul(query, means.t()).index_select(1, cell);
  const at::Tensor slope = oracle_slope(at::matmul(query, key.mean(0)), p).unsqueeze(1);
  return oracle_kernel(y, p) + slope * (x - y);
}

/// One segment of one head, all rows valid: the context and the logarithms of the divisors.
inline std::pair<at::Tensor, at::Tensor> oracle_segment(
    const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, const at::Tensor& met,
    const at::Tensor& first_codes, const ops::ExactPairs& p) {
  if (key.size(0) == 0)
    return {at::zeros({query.size(0), value.size(1)}, at::kDouble),
            at::full({query.size(0)}, -std::numeric_limits<double>::infinity(), at::kDouble)};
  const at::Tensor scaled = p.kernel == "softmax" ? query * p.scale : query;
  const at::Tensor x = at::matmul(scaled, key.t());
  const at::Tensor weights =
      at::where(met, oracle_kernel(x, p), oracle_tail(scaled, key, x, first_codes, p));
  const at::Tensor sum = at::matmul(weights, value);
  const at::Tensor norm = p.normalize == "l2"
                              ? sum.square().sum(-1).clamp_min(1e-300).sqrt()
                              : at::maximum(weights.sum(-1), (oracle_kernel(x, p) * met).sum(-1));
  const at::Tensor some = met.any(-1).logical_or(at::full({}, p.tail != "none", at::kBool));
  return {at::where(some.unsqueeze(1), sum / at::where(some, norm, 1.0).unsqueeze(1), 0.0),
          at::where(some, norm.log(), -std::numeric_limits<double>::infinity())};
}

/// The context [batch, heads, queries, value_dim] and the logarithms [batch, heads, queries], in
/// float64. Differentiable in query, key and value.
inline std::pair<at::Tensor, at::Tensor> exact_pairs_oracle(const PairProblem& p) {
  const at::Tensor query = p.query.to(at::kDouble), key = p.key.to(at::kDouble),
                   value = p.value.to(at::kDouble);
  const auto valid = [](const std::optional<at::Tensor>& mask, const at::Tensor& x, int64_t b) {
    return mask ? mask->select(0, b).nonzero().flatten() : at::arange(x.size(2), at::kLong);
  };
  std::vector<at::Tensor> contexts, logs;
  for (int64_t b = 0; b < query.size(0); ++b)
    for (int64_t h = 0; h < query.size(1); ++h) {
      at::Tensor context = at::zeros({query.size(2), value.size(3)}, at::kDouble);
      at::Tensor log_norm = at::zeros({query.size(2)}, at::kDouble);
      const at::Tensor all_queries = valid(p.query_mask, query, b);
      const at::Tensor all_keys = valid(p.key_mask, key, b);
      std::set<int64_t> ids{0};
      if (p.document) {
        ids.clear();
        for (int64_t i = 0; i < query.size(2); ++i)
          ids.insert(p.document->index({b, i}).item<int64_t>());
      }
      for (const int64_t id : ids) {
        const auto of = [&](const at::Tensor& rows) {
          if (!p.document) return rows;
          return rows.index({p.document->select(0, b).index({rows}).eq(id)});
        };
        const at::Tensor i = of(all_queries), j = of(all_keys);
        if (i.size(0) == 0) continue;
        const auto codes = [&](const at::Tensor& from, const at::Tensor& rows) {
          return from.select(0, b).select(0, h).index_select(1, rows).to(at::kLong);
        };
        const auto rows_of = [&](const at::Tensor& from, const at::Tensor& rows) {
          return from.select(0, b).select(0, h).index_select(0, rows);
        };
        const at::Tensor met =
            oracle_support(codes(p.query_codes, i), codes(p.key_codes, j), i, j, p.pairs);
        at::Tensor first;
        if (p.key_codes.size(2) > 0) {
          const int64_t level =
              oracle_level(codes(p.query_codes, i), codes(p.key_codes, j), p.pairs);
          first = codes(p.key_codes, j)[0].bitwise_right_shift(p.pairs.hash_bits - level);
        }
        const auto [rows, logs_of] = oracle_segment(rows_of(query, i), rows_of(key, j),
                                                    rows_of(value, j), met, first, p.pairs);
        context = context.index_copy(0, i, rows);
        log_norm = log_norm.index_copy(0, i, logs_of);
      }
      contexts.push_back(context);
      logs.push_back(log_norm);
    }
  const at::Tensor nothing = 0 * (query.sum() + key.sum() + value.sum());  // a graph in any case
  const at::IntArrayRef sizes = query.sizes().slice(0, 3);
  if (contexts.empty()) return {p.grad.to(at::kDouble) + nothing, at::zeros(sizes, at::kDouble)};
  return {at::stack(contexts).view({query.size(0), query.size(1), query.size(2), value.size(3)}) +
              nothing,
          at::stack(logs).view({query.size(0), query.size(1), query.size(2)})};
}

/// Result and gradients of `attention(problem) -> (context, log_norm)`.
template <class Attention>
PairResult with_gradients(const PairProblem& problem, const Attention& attention) {
  PairProblem p = problem;
  const auto leaf = [](const at::Tensor& x) { return x.detach().clone().requires_grad_(); };
  p.query = leaf(problem.query);
  p.key = leaf(problem.key);
  p.value = leaf(problem.value);
  const auto [context, log_norm] = attention(p);
  const auto grads = torch::autograd::grad({context}, {p.query, p.key, p.value},
                                           {p.grad.to(context.scalar_type())}, {}, false, true);
  const auto or_zero = [](const at::Tensor& grad, const at::Tensor& x) {
    return grad.defined() ? grad : at::zeros_like(x);
  };
  return {context.detach(), log_norm.detach(), or_zero(grads[0], p.query), or_zero(grads[1], p.key),
          or_zero(grads[2], p.value)};
}

inline PairResult run_exact_pairs(const PairProblem& problem) {
  return with_gradients(problem, [](const PairProblem& p) {
    return ops::exact_pairs_attention(p.query, p.key, p.value, p.query_codes, p.key_codes,
                                      p.query_mask, p.key_mask, p.document, p.pairs);
  });
}

inline PairResult run_exact_pairs_oracle(const PairProblem& problem) {
  return with_gradients(problem, [](const PairProblem& p) { return exact_pairs_oracle(p); });
}

}  // namespace yoso::testing
