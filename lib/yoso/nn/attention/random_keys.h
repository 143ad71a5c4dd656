#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

/// Keys of the random numbers behind hash functions and features (random.h).

/// What a training step draws, a key for each row of the batch, int64 [batch]: a function of (seed,
/// layer, step, global row). inputs.hash_seed must be set.
at::Tensor training_keys(const AttentionInputs& inputs, const AttentionShape& shape,
                         std::string_view purpose);

/// What is stored with the model for evaluation, int64 [applications]: a function of (seed, layer,
/// number of the hash seed).
at::Tensor stored_keys(const AttentionShape& shape, std::string_view purpose, int64_t number);

/// Throws unless inputs.application is one of the module's.
void check_application(const AttentionInputs& inputs, const AttentionShape& shape);

}  // namespace yoso::nn
