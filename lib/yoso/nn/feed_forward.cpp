#include "yoso/nn/feed_forward.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/relu.h>

namespace yoso::nn {

FeedForwardImpl::FeedForwardImpl(const config::ModelConfig& model) : activation_(model.activation) {
  built_from(model);
  intermediate = register_module("intermediate", Linear(model.dim, model.ffn_dim));
  output = register_module("output", Linear(model.ffn_dim, model.dim));
  dropout =
      register_module("dropout", Dropout(model.norm == config::Norm::pre ? model.dropout : 0.0));
}

at::Tensor FeedForwardImpl::forward(const at::Tensor& hidden) {
  const at::Tensor projected = intermediate(hidden);
  return output(
      dropout(activation_ == config::Activation::gelu ? at::gelu(projected) : at::relu(projected)));
}

void FeedForwardImpl::pretty_print(std::ostream& stream) const {
  stream << "yoso::nn::FeedForward(activation=" << config::to_text(activation_) << ")";
}

}  // namespace yoso::nn
