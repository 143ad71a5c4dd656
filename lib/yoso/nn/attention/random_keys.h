#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

/// Keys of the random numbers behind hash functions and features (random.h).

/// Keys of a training step's random numbers, one for each row of the batch, int64 [batch]: a
/// function of (seed, layer, step, global row) and of `purpose`, the stream's name.
/// inputs.hash_seed must be set.
at::Tensor training_keys(const AttentionInputs& inputs, const AttentionShape& shape,
                         std::string_view purpose);

/// Keys of the random numbers stored with the model for evaluation, int64 [applications]: a
/// function of (seed, layer, hash seed number) and of `purpose`.
at::Tensor stored_keys(const AttentionShape& shape, std::string_view purpose, int64_t number);

/// c10::Error unless inputs.application is one of the module's.
void check_application(const AttentionInputs& inputs, const AttentionShape& shape);

}  // namespace yoso::nn
