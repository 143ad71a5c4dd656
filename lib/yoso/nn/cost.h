#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <vector>

#include "yoso/config/experiment.h"
#include "yoso/config/tree.h"

namespace yoso::nn {

/// Multiply-adds of one forward pass of the encoder over one sequence of `length` tokens without
/// padding, by formula: the attention of each layer (attention_multiply_adds of its resolved map),
/// its four projections, and the feed-forward network. Embeddings and heads, which differ from task
/// to task, are not counted.
int64_t encoder_multiply_adds(const config::ModelConfig& model,
                              const std::vector<config::Tree>& attention, int64_t length);

/// Number of trainable values.
int64_t count_parameters(const torch::nn::Module& model);

}  // namespace yoso::nn
