#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "yoso/ops/api.h"

namespace yoso::ops {

/// How exact_pairs_attention finds pairs and weighs them.
struct ExactPairs {
  /// The weight f of a pair with x = query_i · key_j:
  ///   "angular"  f(x) = (1 − arccos(x)/π)^bits, for rows of unit length
  ///   "softmax"  f(x) = exp(scale · x), for rows of any length
  std::string kernel = "angular";
  int64_t bits = 8;  // 1 … 16
  double scale = 1;  // above 0
  /// What a row is divided by: "sum", of its weights, or "l2", its length.
  std::string normalize = "sum";

  /// Bits of the codes, 1 … 16.
  int64_t hash_bits = 16;
  /// How many of a code's high-order bits make a bucket is chosen for each sequence and head: so
  /// that a query has as many keys in its buckets under the cap as possible, but not more than this,
  /// over all hashes together. 0: all bits.
  int64_t partners = 40;
  /// Buckets with more keys than this are left to the tail.
  int64_t cap = 8;
  /// Tokens whose positions differ by at most this much are pairs; 0: no such pairs.
  int64_t band = 0;
  /// So many valid tokens at the start and at the end are pairs with all others.
  int64_t first_tokens = 0, last_tokens = 0;

  /// What stands for the keys that were not found:
  ///   "none"    nothing
  ///   "linear"  the tangent of f at the mean key
  ///   "cells"   f at the mean of the key's cell, of `cells` cells, and the same slope
  std::string tail = "cells";
  int64_t cells = 64;  // 1 or more
};

/// Attention in which hashing finds pairs and the kernel weighs them. A query i meets the set S_i of
/// keys that share a bucket with it in at least one hash, lie within the band or are global, each
/// once. With the tail t_ij in place of f(x_ij) for all others,
///
///   U_i = Σ_{j∈S_i} (f(x_ij) − t_ij) v_j + Σ_j t_ij v_j,   Z_i the same with 1 for v_j,
///
/// and the result is U_i / Z_i or U_i / ‖U_i‖. Time and memory are linear in the length.
///
/// Tails. "cells": up to `cells` keys are spread over the order of the first hash's codes (over the
/// positions, without hashes), and every key belongs to the cell of the nearest of them. With k̄_c
/// the mean of a cell's keys, y_ic = query_i · k̄_c and the slope b_i = f′ at query_i's product with
/// the mean of all keys, t_ij = f(y_ic) + b_i (x_ij − y_ic). "linear" is one cell: the tangent, a
/// lower bound of the convex f. Where far keys' t_ij are so negative that Z_i falls below Σ_{S_i} f,
/// it is raised to that. Which keys share a cell and how many bits make a bucket are constant to
/// gradients; means are not.
///
/// query, key   [batch, heads, length, head_dim], one of float64, float32, bfloat16, float16
/// value        [batch, heads, key length, value_dim], one of the same
/// query_codes  int32 [batch, heads, hashes, query length] in [0, 2^hash_bits), 0 or more hashes,
///              with the bits in falling order of weight; best from rows less their mean
/// key_codes    int32 [batch, heads, hashes, key length], as above
/// query_mask   bool [batch, query length], true for a valid row; other rows of the result are 0
/// key_mask     bool [batch, key length], true for a valid row; other keys add nothing
/// document     int32 [batch, length] for packed sequences: tokens attend to their own document
///              only; not falling over the valid tokens of a row. Query and key length agree
/// returns      context [batch, heads, query length, value_dim] in the dtype of value, and the
///              logarithm of what each row was divided by [batch, heads, query length], float32 or
///              float64, which carries no gradient. A row without any key is 0, its logarithm −∞
///
/// Sums are in float32, or in float64 where query or value is. Masked rows and codes are never read.
/// The gradient in query, key and value is exact for the pairs found; a second derivative throws.
/// CPU only. Throws c10::Error naming the argument and the two values that disagree.
///
/// Related: ScatterBrain (Chen et al. 2021) adds a low-rank part to hashed pairs, MRA (Zeng et al.
/// 2022) is exact on blocks and coarse elsewhere.
YOSO_API std::tuple<at::Tensor, at::Tensor> exact_pairs_attention(
    const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& query_codes, const at::Tensor& key_codes,
    const std::optional<at::Tensor>& query_mask = {},
    const std::optional<at::Tensor>& key_mask = {}, const std::optional<at::Tensor>& document = {},
    const ExactPairs& pairs = {});

}  // namespace yoso::ops
