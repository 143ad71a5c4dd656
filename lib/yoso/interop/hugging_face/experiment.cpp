#include "yoso/interop/hugging_face/experiment.h"

#include <algorithm>

#include "yoso/config/read.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::interop {
namespace {

using config::Tree;

/// The options of a kind that a YOSO model of Hugging Face decides.
Tree yoso_section(const HuggingFaceConfig& model, const std::string& kind, config::Compat compat) {
  Tree section = Tree::map();
  const auto set = [&](const char* key, const std::string& value) {
    section[key] = Tree::text(value, "config.json");
  };
  set("kind", kind);
  const bool sampled = kind == "yoso";
  if (sampled) set("hashes", std::to_string(model.num_hash));
  set("bits", std::to_string(model.hash_code_len));
  // In transformers the expectation has the surrogate gradient too.
  set("gradient", sampled && !model.lsh_backward ? "expected_lower_bound" : "lower_bound");
  set("conv_window", std::to_string(model.conv_window));
  set("compat", config::to_text(compat));
  return section;
}

Tree attention_of(const HuggingFaceConfig& model, const ImportChoices& choices) {
  const bool yoso = model.architecture.family == Family::yoso;
  const std::string own = !yoso ? "softmax" : model.use_expectation ? "yoso_expectation" : "yoso";
  const std::string kind =
      choices.attention.empty() ? own : nn::find_attention(choices.attention, "--attention").name;
  if (yoso && (kind == "yoso" || kind == "yoso_expectation"))
    return yoso_section(model, kind, choices.compat);
  if (choices.compat != config::Compat::none)
    throw UsageError("--compat " + std::string(config::to_text(choices.compat)) +
                     ": is for models with YOSO attention");
  Tree section = Tree::map();
  section["kind"] = Tree::text(kind, "--attention");
  return section;
}

Tree task_of(const HuggingFaceConfig& model, const ImportChoices& choices) {
  Tree task = Tree::map();
  if (model.architecture.head == Head::classifier) {
    task["name"] = Tree::text("labelled_text");
    if (choices.labels.size() == 1) {
      task["target"] = Tree::text("number");
    } else {
      Tree labels;
      labels.kind = Tree::Kind::sequence;
      for (const std::string& name : choices.labels) {
        labels.items.push_back(Tree::text(name));
        labels.items.back().quoted = true;  // text, whatever it looks like
      }
      task["labels"] = std::move(labels);
    }
    task["tokenizer"] = Tree::text(choices.corpus.tokenizer);
    task["tokenizer_options"] = config::write(choices.corpus.tokenizer_options);
    return task;
  }
  task["name"] = Tree::text("mlm");
  const bool pairs = model.architecture.head == Head::masked_language_and_next;
  task["objective"] = Tree::text(pairs ? "bert" : "roberta");
  if (pairs) task["pairs"] = Tree::text("next");
  return task;
}

[[noreturn]] void fail(const std::string& key, const std::string& why) {
  throw UsageError(key + ": " + why);
}

/// Rules that hold for every family.
void check_exportable(const config::ModelConfig& model, const std::vector<Tree>& attention) {
  if (model.norm != config::Norm::post)
    fail("model.norm",
         to_text(model.norm) + ", but models there normalise after each block (post)");
  if (model.activation != config::Activation::gelu)
    fail("model.activation", "expected gelu, not " + to_text(model.activation));
  if (model.positions != config::Positions::learned)
    fail("model.positions", "expected learned, not " + to_text(model.positions));
  if (model.embedding_dim.value_or(model.dim) != model.dim)
    fail("model.embedding_dim", "models there have embeddings as wide as model.dim");
  for (const Tree& layer : attention) {
    if (layer != attention.front()) fail("attention", "layers there all have the same attention");
  }
}

int64_t integer(const Tree& layer, const char* key) {
  return parse_integer(layer.find(key)->scalar).value();
}

/// The configuration of the family with this attention, its options set.
HuggingFaceConfig family_of(const config::ModelConfig& model, const Tree& layer, Head head,
                            int64_t pad) {
  const std::string& kind = layer.find("kind")->scalar;
  const auto of_family = [&](Family family) {
    // RoBERTa and YOSO have no head for pairs.
    return HuggingFaceConfig(find_architecture(family, head)
                                 .value_or(*find_architecture(family, Head::masked_language)));
  };
  if (kind == "yoso" || kind == "yoso_expectation") {
    if (model.position_offset > 2) fail("model.position_offset", "more than the 2 of YOSO there");
    HuggingFaceConfig config = of_family(Family::yoso);
    config.hash_code_len = integer(layer, "bits");
    if (kind == "yoso") config.num_hash = integer(layer, "hashes");
    config.conv_window = integer(layer, "conv_window");
    const Tree* const gradient = layer.find("gradient");
    config.lsh_backward = gradient == nullptr || gradient->scalar != "expected_lower_bound";
    const Tree* const normalize = layer.find("normalize");
    if (normalize != nullptr && normalize->scalar != "l2")
      fail("attention.normalize",
           "rows of YOSO there have unit length, not a " + normalize->scalar + " of weights");
    return config;
  }
  if (kind == "hashed_softmax" && integer(layer, "conv_window") != 0)
    fail("attention.conv_window", "models with softmax have no convolution there");
  if (kind == "hashed_softmax" && layer.find("learned_scale")->scalar == "true")
    fail("attention.learned_scale", "models with softmax have no scale of their own there");
  if (kind != "softmax" && kind != "hashed_softmax")
    fail("attention",
         "models there have hashed_softmax, softmax, yoso or yoso_expectation, not " + kind);
  if (model.position_offset == 0) return of_family(Family::bert);
  if (model.position_offset != pad + 1)
    fail("model.position_offset",
         "expected 0 (BERT) or, after the padding id, " + std::to_string(pad + 1) + " (RoBERTa)");
  return of_family(Family::roberta);
}

}  // namespace

config::Experiment experiment_of(const HuggingFaceConfig& config, const ImportChoices& choices) {
  config::Experiment experiment;
  config::ModelConfig& model = experiment.model;
  model.layers = config.num_hidden_layers;
  model.dim = config.hidden_size;
  model.heads = config.num_attention_heads;
  model.ffn_dim = config.intermediate_size;
  model.max_length = config.max_length();
  model.vocab_size = config.vocab_size;
  model.token_types = config.type_vocab_size;
  model.position_offset = position_offset(config.architecture.family, config.pad_token_id);
  model.norm = config::Norm::post;
  model.activation = config::Activation::gelu;
  model.positions = config::Positions::learned;
  model.pooling = config::Pooling::first;
  model.dropout = config.hidden_dropout_prob;
  model.attention_dropout = config.attention_probs_dropout_prob;
  model.layer_norm_eps = config.layer_norm_eps;
  model.init_std = config.initializer_range;
  const bool yoso_classifier =
      config.architecture.family == Family::yoso && config.architecture.head == Head::classifier;
  if (yoso_classifier) model.compat = config::Compat::hf;
  experiment.attention = attention_of(config, choices);
  if (config.architecture.head != Head::classifier)
    experiment.corpus = config::write(choices.corpus);
  experiment.task = task_of(config, choices);
  return experiment;
}

HuggingFaceConfig model_config_of(const config::ModelConfig& model,
                                  const std::vector<Tree>& attention, Head head, int64_t vocab_size,
                                  int64_t pad, std::vector<std::string> labels) {
  check_exportable(model, attention);
  HuggingFaceConfig config = family_of(model, attention.front(), head, pad);
  const Family family = config.architecture.family;
  if (head == Head::classifier) {
    if (model.pooling != config::Pooling::first)
      fail("model.pooling",
           "classifiers there take the first token, not " + to_text(model.pooling));
    if (model.gelu_pooler() != (family == Family::yoso))
      fail("model.compat",
           family == Family::yoso
               ? "Hugging Face's YOSO classifier has GELU in its head and this one tanh; "
                 "one trained with model.compat=hf can be exported"
               : "hf, but classifiers there have tanh in their head");
  }
  config.vocab_size = vocab_size;
  config.hidden_size = model.dim;
  config.num_hidden_layers = model.layers;
  config.num_attention_heads = model.heads;
  config.intermediate_size = model.ffn_dim;
  if (pad >= 0) config.pad_token_id = pad;
  config.max_position_embeddings =
      model.max_length + (family == Family::roberta ? model.position_offset : 0);
  // BERT's tokenizers give the second text type 1, for which there must be a row.
  config.type_vocab_size =
      model.token_types > 0 ? model.token_types : (family == Family::bert ? 2 : 1);
  config.hidden_dropout_prob = model.dropout;
  config.attention_probs_dropout_prob = model.attention_dropout;
  config.initializer_range = model.init_std;
  config.layer_norm_eps = model.layer_norm_eps;
  config.labels = std::move(labels);
  return config;
}

}  // namespace yoso::interop
