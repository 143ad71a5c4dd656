#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "yoso/ops/api.h"
#include "yoso/ops/exact_pairs_attention.h"

namespace yoso::ops {

/// How many pairs exact_pairs_attention would weigh, by what finds them first, for diagnostics: int64
/// [batch, heads, 4] of pairs with global tokens, of the band, of hashing, and of keys in buckets
/// over the cap, which are left to the tail and count once a hash. Arguments as there; codes say
/// the lengths. CPU only.
YOSO_API at::Tensor exact_pairs_origins(const at::Tensor& query_codes, const at::Tensor& key_codes,
                                        const std::optional<at::Tensor>& query_mask,
                                        const std::optional<at::Tensor>& key_mask,
                                        const std::optional<at::Tensor>& document,
                                        const ExactPairs& pairs);

}  // namespace yoso::ops
