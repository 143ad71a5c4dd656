#include "yoso/nn/init.h"

#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/normalization.h>

#include <cmath>
#include <string>

#include "yoso/nn/random.h"
#include "yoso/util/random.h"

namespace yoso::nn {

namespace {

void init_normal(at::Tensor& parameter, const at::Tensor& key, double std) {
  parameter.copy_(random_normal(key, parameter.numel()).view(parameter.sizes()).mul_(std));
}

void init_uniform(at::Tensor& parameter, const at::Tensor& key, double bound) {
  at::Tensor unit = random_uniform(key, parameter.numel()).view(parameter.sizes());
  parameter.copy_(unit.mul_(2 * bound).sub_(bound));
}

/// PyTorch's bound for linear and convolution layers: 1/sqrt(inputs that one output sums over).
double uniform_bound(const torch::OrderedDict<std::string, at::Tensor>& parameters,
                     const std::string& prefix) {
  const at::Tensor* weight = parameters.find("weight");
  TORCH_CHECK(weight != nullptr && weight->dim() >= 2, "no rule initialises the parameters of `",
              prefix, "`");
  return 1 / std::sqrt(static_cast<double>(weight->numel() / weight->size(0)));
}

/// `prefix` is the module's dotted name with a dot at its end; empty at the top.
void init_module(torch::nn::Module& module, const std::string& prefix, uint64_t seed,
                 double init_std) {
  auto parameters = module.named_parameters(/*recurse=*/false);
  const bool embedding = module.as<torch::nn::EmbeddingImpl>() != nullptr;
  const auto* normal = dynamic_cast<const NormalInit*>(&module);
  const bool layer_norm = module.as<torch::nn::LayerNormImpl>() != nullptr;
  for (auto& parameter : parameters) {
    at::Tensor& value = parameter.value();
    const uint64_t stream = yoso::fold(yoso::fold(seed, purpose_key("parameters")),
                                       purpose_key(prefix + parameter.key()));
    const at::Tensor key = key_tensor(stream, value.device());
    if (layer_norm) {
      value.fill_(parameter.key() == "weight" ? 1 : 0);
    } else if ((parameter.key() == "bias" && parameters.size() == 1) ||
               parameter.key() == "log_scale") {
      value.zero_();
    } else if (embedding) {
      init_normal(value, key, init_std);
    } else if (normal != nullptr) {
      init_normal(value, key, normal->init_std());
    } else {
      init_uniform(value, key, uniform_bound(parameters, prefix));
    }
  }
  // Not named_modules(), which needs the shared pointer that a module under construction does not
  // have yet.
  for (const auto& child : module.named_children()) {
    init_module(*child.value(), prefix + child.key() + ".", seed, init_std);
  }
}

}  // namespace

void init_parameters(torch::nn::Module& model, uint64_t seed, double init_std) {
  at::NoGradGuard no_grad;
  init_module(model, "", seed, init_std);
}

}  // namespace yoso::nn
