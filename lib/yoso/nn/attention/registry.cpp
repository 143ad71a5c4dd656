#include "yoso/config/read.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/nn/attention/kind.h"
#include "yoso/nn/cloneable.h"
#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::nn {

const std::vector<AttentionKind>& attention_kinds() {
  static const std::vector<AttentionKind> kinds{
      hashed_softmax_attention(),
      linear_attention(),
      linformer_attention(),
      longformer_attention(),
      none_attention(),
      nystrom_attention(),
      performer_attention(),
      reformer_attention(),
      softmax_attention(),
      yoso_attention(),
      yoso_expectation_attention(),
  };
  return kinds;
}

const AttentionKind& find_attention(const std::string& name, const config::Origin& origin) {
  std::vector<std::string> names;
  for (const AttentionKind& kind : attention_kinds()) {
    if (kind.name == name) return kind;
    names.push_back(kind.name);
  }
  throw UsageError((origin.empty() ? "" : origin + ": ") + "attention: expected " +
                   join_choices(names) + ", not `" + name + "`" +
                   config::did_you_mean(name, names));
}

std::shared_ptr<torch::nn::Module> AttentionImpl::clone(
    const std::optional<torch::Device>& device) const {
  TORCH_CHECK(build, name(), ": clone() of an attention that make_attention did not build");
  const std::shared_ptr<AttentionImpl> copy = build();
  copy_state(*this, *copy, device);
  return copy;
}

AttentionShape attention_shape(const config::ModelConfig& model, uint64_t seed) {
  if (model.dim % model.heads != 0) {
    throw UsageError("model.dim: " + std::to_string(model.dim) +
                     " is no multiple of model.heads, " + std::to_string(model.heads));
  }
  AttentionShape shape;
  shape.heads = model.heads;
  shape.head_dim = model.dim / model.heads;
  shape.max_length = model.max_length;
  shape.dropout = model.attention_dropout;
  shape.seed = seed;
  shape.rotary = model.positions == config::Positions::rotary;
  return shape;
}

bool is_drawn(const std::string& tensor) {
  for (const AttentionKind& kind : attention_kinds()) {
    for (const std::string& buffer : kind.drawn_buffers) {
      if (tensor.ends_with(".core." + buffer)) return true;
    }
  }
  return false;
}

void resample_hashes(torch::nn::Module& model, int64_t number) {
  model.apply([number](torch::nn::Module& module) {
    if (auto* attention = module.as<AttentionImpl>()) attention->resample(number);
  });
}

void fail_option(const config::Tree& options, const std::string& path, const std::string& key,
                 const std::string& message) {
  const config::Tree* value = options.find(key);
  const config::Origin origin = value == nullptr ? options.origin : value->origin;
  throw UsageError((origin.empty() ? "" : origin + ": ") + path + "." + key + ": " + message);
}

}  // namespace yoso::nn
