#include "yoso/nn/cost.h"

#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

int64_t encoder_multiply_adds(const config::ModelConfig& model,
                              const std::vector<config::Tree>& attention, int64_t length) {
  const AttentionShape shape = attention_shape(model, /*seed=*/0);
  const int64_t linear = model.dim * (4 * model.dim + 2 * model.ffn_dim);
  int64_t sum = 0;
  for (const config::Tree& layer : attention)
    sum += length * linear + attention_multiply_adds(layer, shape, length);
  return sum;
}

int64_t count_parameters(const torch::nn::Module& model) {
  int64_t count = 0;
  for (const at::Tensor& parameter : model.parameters()) count += parameter.numel();
  return count;
}

}  // namespace yoso::nn
