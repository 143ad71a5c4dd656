#include "yoso/interop/hugging_face/tensor_names.h"

#include "yoso/util/error.h"

namespace yoso::interop {
namespace {

/// Collects the tensors of modules.
class Names {
 public:
  void add(const std::string& ours, const std::string& theirs, std::vector<int64_t> shape) {
    names_.push_back({ours, theirs, std::move(shape)});
  }
  void linear(const std::string& ours, const std::string& theirs, int64_t out, int64_t in) {
    add(ours + ".weight", theirs + ".weight", {out, in});
    add(ours + ".bias", theirs + ".bias", {out});
  }
  void norm(const std::string& ours, const std::string& theirs, int64_t size) {
    add(ours + ".weight", theirs + ".weight", {size});
    add(ours + ".bias", theirs + ".bias", {size});
  }
  std::vector<TensorName> take() { return std::move(names_); }

 private:
  std::vector<TensorName> names_;
};

void add_embeddings(Names& names, const HuggingFaceConfig& config, const std::string& base) {
  const std::string ours = "embeddings.", theirs = base + "embeddings.";
  const auto table = [&](const std::string& name, int64_t rows) {
    names.add(ours + name + ".weight", theirs + name + ".weight", {rows, config.hidden_size});
  };
  table("word_embeddings", config.vocab_size);
  table("position_embeddings", config.position_rows());
  table("token_type_embeddings", config.type_vocab_size);
  names.norm(ours + "norm", theirs + "LayerNorm", config.hidden_size);
}

void add_layer(Names& names, const HuggingFaceConfig& config, const std::string& base,
               int64_t layer) {
  const std::string ours = "encoder.layers." + std::to_string(layer) + ".";
  const std::string theirs = base + "encoder.layer." + std::to_string(layer) + ".";
  const int64_t hidden = config.hidden_size;
  for (const std::string part : {"query", "key", "value"})
    names.linear(ours + "attention." + part, theirs + "attention.self." + part, hidden, hidden);
  if (config.conv_window > 0) {
    names.add(ours + "attention.core.conv.weight", theirs + "attention.self.conv.weight",
              {config.num_attention_heads, 1, config.conv_window, 1});
  }
  names.linear(ours + "attention.output", theirs + "attention.output.dense", hidden, hidden);
  names.norm(ours + "attention_norm", theirs + "attention.output.LayerNorm", hidden);
  names.linear(ours + "feed_forward.intermediate", theirs + "intermediate.dense",
               config.intermediate_size, hidden);
  names.linear(ours + "feed_forward.output", theirs + "output.dense", hidden,
               config.intermediate_size);
  names.norm(ours + "feed_forward_norm", theirs + "output.LayerNorm", hidden);
}

void add_head(Names& names, const HuggingFaceConfig& config, const std::string& base) {
  const Family family = config.architecture.family;
  const Head head = config.architecture.head;
  const int64_t hidden = config.hidden_size;
  const bool pooled = family == Family::bert && head != Head::masked_language;
  if (pooled) names.linear("pooler.dense", base + "pooler.dense", hidden, hidden);
  if (head == Head::classifier) {
    const auto classes = static_cast<int64_t>(config.labels.size());
    if (!pooled) names.linear("pooler.dense", "classifier.dense", hidden, hidden);
    names.linear("classifier", pooled ? "classifier" : "classifier.out_proj", classes, hidden);
    return;
  }
  const bool roberta = family == Family::roberta;
  const std::string transform = roberta ? "lm_head." : "cls.predictions.transform.";
  names.linear("vocabulary.dense", transform + "dense", hidden, hidden);
  names.norm("vocabulary.norm", transform + (roberta ? "layer_norm" : "LayerNorm"), hidden);
  names.add("vocabulary.bias", roberta ? "lm_head.bias" : "cls.predictions.bias",
            {config.vocab_size});
  if (head == Head::masked_language_and_next)
    names.linear("sentence", "cls.seq_relationship", 2, hidden);
}

std::string base_of(const HuggingFaceConfig& config) {
  return std::string(model_type(config.architecture.family)) + ".";
}

}  // namespace

std::vector<TensorName> tensor_names(const HuggingFaceConfig& config, size_t tensors,
                                     const std::string& path) {
  if (config.num_hidden_layers < 1 || static_cast<size_t>(config.num_hidden_layers) > tensors)
    throw DataError(path + ": num_hidden_layers: " + std::to_string(config.num_hidden_layers) +
                    " layers do not go with " + std::to_string(tensors) + " tensors");
  Names names;
  const std::string base = base_of(config);
  add_embeddings(names, config, base);
  for (int64_t layer = 0; layer < config.num_hidden_layers; ++layer)
    add_layer(names, config, base, layer);
  add_head(names, config, base);
  return names.take();
}

std::vector<TiedName> tied_names(const HuggingFaceConfig& config) {
  if (config.architecture.head == Head::classifier) return {};
  const std::string words = base_of(config) + "embeddings.word_embeddings.weight";
  if (config.architecture.family == Family::roberta)
    return {{words, "lm_head.decoder.weight"}, {"lm_head.bias", "lm_head.decoder.bias"}};
  return {{words, "cls.predictions.decoder.weight"},
          {"cls.predictions.bias", "cls.predictions.decoder.bias"}};
}

bool is_superfluous(const std::string& theirs, const HuggingFaceConfig& config) {
  const std::string base = base_of(config);
  if (theirs == base + "embeddings.position_ids" || theirs == base + "embeddings.token_type_ids")
    return true;
  const bool pooler = theirs.starts_with(base + "pooler.dense.");
  const bool next = theirs.starts_with("cls.seq_relationship.");
  return pooler || (next && config.architecture.family == Family::bert);
}

std::string usual_name(const std::string& theirs, const HuggingFaceConfig& config) {
  std::string name = theirs;
  for (bool dropped = true; dropped;) {
    dropped = false;
    for (const std::string wrapper : {"module.", "_orig_mod.", "model."}) {
      if (!name.starts_with(wrapper)) continue;
      name.erase(0, wrapper.size());
      dropped = true;
    }
  }
  for (const char* part : {"embeddings.", "encoder.", "pooler."}) {
    if (name.starts_with(part)) name = base_of(config) + name;
  }
  for (const auto& [old, modern] :
       {std::pair<std::string, const char*>{".LayerNorm.gamma", ".weight"},
        {".LayerNorm.beta", ".bias"}}) {
    if (name.ends_with(old))
      return name.substr(0, name.size() - old.size()) + ".LayerNorm" + modern;
  }
  return name;
}

bool is_of_encoder(const std::string& theirs, const HuggingFaceConfig& config) {
  return theirs.starts_with(base_of(config));
}

}  // namespace yoso::interop
