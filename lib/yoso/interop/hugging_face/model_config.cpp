#include "yoso/interop/hugging_face/model_config.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>

#include "yoso/util/error.h"
#include "yoso/util/strict_json.h"

namespace yoso::interop {
namespace {

using Json = nlohmann::ordered_json;

// One list of keys for writing and reading.
template <class Config, class Field>
void fields(Config& config, Field&& field) {
  field("vocab_size", config.vocab_size);
  field("hidden_size", config.hidden_size);
  field("num_hidden_layers", config.num_hidden_layers);
  field("num_attention_heads", config.num_attention_heads);
  field("intermediate_size", config.intermediate_size);
  field("max_position_embeddings", config.max_position_embeddings);
  field("type_vocab_size", config.type_vocab_size);
  field("pad_token_id", config.pad_token_id);
  field("hidden_dropout_prob", config.hidden_dropout_prob);
  field("attention_probs_dropout_prob", config.attention_probs_dropout_prob);
  field("initializer_range", config.initializer_range);
  field("layer_norm_eps", config.layer_norm_eps);
  if (config.architecture.family != Family::yoso) return;
  field("use_expectation", config.use_expectation);
  field("hash_code_len", config.hash_code_len);
  field("num_hash", config.num_hash);
  field("conv_window", config.conv_window);
  field("lsh_backward", config.lsh_backward);
}

/// A bound on all sizes, checked before anything is computed from them.
constexpr int64_t kMostOfAnything = 1 << 30;

void read_field(const Json& value, const std::string& where, bool& into) {
  if (!value.is_boolean()) throw DataError(where + ": expected true or false");
  into = value.get<bool>();
}

void read_field(const Json& value, const std::string& where, int64_t& into) {
  if (!value.is_number_integer() || value.get<int64_t>() < 0 ||
      value.get<int64_t>() > kMostOfAnything)
    throw DataError(where + ": expected a whole number up to " + std::to_string(kMostOfAnything));
  into = value.get<int64_t>();
}

void read_field(const Json& value, const std::string& where, double& into) {
  if (!value.is_number() || !(value.get<double>() >= 0) || !std::isfinite(value.get<double>()))
    throw DataError(where + ": expected a number, not below 0");
  into = value.get<double>();
}

bool any_with(const std::vector<std::string>& tensors, std::string_view part) {
  return std::any_of(tensors.begin(), tensors.end(),
                     [&](const std::string& name) { return name.find(part) != std::string::npos; });
}

/// The class of a model whose file names none: its family by `model_type` or the names of the
/// tensors, its head by these.
Architecture guessed_architecture(const Json& json, const std::string& path,
                                  const std::vector<std::string>& tensors) {
  std::optional<Family> family;
  const Json type = json.value("model_type", Json());
  if (type.is_string()) family = find_family(type.get<std::string>());
  for (const Family known : {Family::roberta, Family::yoso, Family::bert}) {
    if (!type.is_string() && !family && any_with(tensors, std::string(model_type(known)) + "."))
      family = known;
  }
  if (!family) {
    throw UsageError(path + ": architectures: missing, and model_type: " + type.dump() +
                     " tells none of " + architecture_names());
  }
  Head head = Head::masked_language;
  if (any_with(tensors, "cls.seq_relationship")) head = Head::masked_language_and_next;
  const bool language = any_with(tensors, "cls.predictions.") || any_with(tensors, "lm_head.");
  if (!language && any_with(tensors, "classifier.")) head = Head::classifier;
  Architecture architecture =
      find_architecture(*family, head).value_or(*find_architecture(*family, Head::masked_language));
  architecture.bare = !language && head != Head::classifier;
  return architecture;
}

Architecture read_architecture(const Json& json, const std::string& path,
                               const std::vector<std::string>& tensors) {
  const auto listed = json.find("architectures");
  if (listed == json.end() || listed->is_null() || listed->empty())
    return guessed_architecture(json, path, tensors);
  if (!listed->is_array() || listed->size() != 1 || !listed->front().is_string())
    throw UsageError(path + ": architectures: expected one of " + architecture_names());
  const auto name = listed->front().get<std::string>();
  const auto architecture = find_architecture(name);
  if (!architecture)
    throw UsageError(path + ": architectures: " + name + " is not read here, expected one of " +
                     architecture_names());
  const Json type = json.value("model_type", Json());
  if (!type.is_null() && type != model_type(architecture->family))
    throw DataError(path + ": model_type: expected " + model_type(architecture->family) + " for " +
                    name);
  return *architecture;
}

/// What a classifier is trained to predict: one class or one number of each text.
void check_problem(const Json& json, const std::string& path,
                   const std::vector<std::string>& labels) {
  const Json problem = json.value("problem_type", Json());
  if (problem == "multi_label_classification") {
    throw UsageError(path +
                     ": problem_type: multi_label_classification, several classes of one "
                     "text, which is not done here: a classifier gives a text one class");
  }
  if (problem == "regression" && labels.size() != 1) {
    throw UsageError(path + ": problem_type: regression of " + std::to_string(labels.size()) +
                     " numbers, which is not done here: a regression gives a text one number");
  }
}

/// Refuses keys that change what a model computes, unless they have the value that is supported
/// here.
void check_supported(const Json& json, const std::string& path) {
  const std::pair<const char*, Json> kSupported[] = {
      {"hidden_act", "gelu"},        {"position_embedding_type", "absolute"},
      {"is_decoder", false},         {"add_cross_attention", false},
      {"tie_word_embeddings", true},
  };
  for (const char* key : {"quantization_config", "pruned_heads"}) {
    const auto value = json.find(key);
    if (value != json.end() && !value->is_null() && !value->empty())
      throw UsageError(path + ": " + key + ": is not read here, expected none");
  }
  for (const auto& [key, supported] : kSupported) {
    const auto value = json.find(key);
    if (value != json.end() && !value->is_null() && *value != supported)
      throw UsageError(path + ": " + key + ": " + value->dump() + " is not read here, expected " +
                       supported.dump());
  }
}

/// Names of the classes by `id2label`; without it unnamed_labels for `num_labels` classes, or for
/// two.
std::vector<std::string> read_labels(const Json& json, const std::string& path) {
  const auto names = json.find("id2label");
  if (names == json.end() || names->is_null()) {
    int64_t count = 2;
    if (json.contains("num_labels")) read_field(json["num_labels"], path + ": num_labels", count);
    if (count > 1 << 16) throw DataError(path + ": num_labels: too many");
    return unnamed_labels(static_cast<size_t>(count));
  }
  if (!names->is_object() || names->empty())
    throw DataError(path + ": id2label: expected a name for every class");
  std::vector<std::string> labels;
  for (size_t i = 0; i < names->size(); ++i) {
    const auto name = names->find(std::to_string(i));
    if (name == names->end() || !name->is_string())
      throw DataError(path + ": id2label: class " + std::to_string(i) + " has no name");
    const auto same = std::find(labels.begin(), labels.end(), name->get<std::string>());
    if (same != labels.end())
      throw DataError(path + ": id2label: the classes " + std::to_string(same - labels.begin()) +
                      " and " + std::to_string(i) + " are both named `" + *same +
                      "`: give each a name of its own");
    labels.push_back(name->get<std::string>());
  }
  return labels;
}

}  // namespace

std::vector<std::string> unnamed_labels(size_t classes) {
  std::vector<std::string> labels;
  for (size_t i = 0; i < classes; ++i) labels.push_back("LABEL_" + std::to_string(i));
  return labels;
}

HuggingFaceConfig::HuggingFaceConfig(Architecture known) : architecture(known) {
  switch (architecture.family) {
    case Family::bert:
      vocab_size = 30522;
      break;
    case Family::roberta:
      vocab_size = 50265;
      pad_token_id = 1;
      break;
    case Family::yoso:
      vocab_size = 50265;
      pad_token_id = 1;
      max_position_embeddings = 4096;
      type_vocab_size = 1;
      break;
  }
}

int64_t HuggingFaceConfig::position_rows() const {
  // YOSO has two rows more than max_position_embeddings; RoBERTa's count includes them.
  return max_position_embeddings + (architecture.family == Family::yoso ? 2 : 0);
}

int64_t HuggingFaceConfig::max_length() const {
  return position_rows() - position_offset(architecture.family, pad_token_id);
}

HuggingFaceConfig parse_model_config(std::string_view text, const std::string& path,
                                     const std::vector<std::string>& tensors) {
  const Json json = parse_json_object(text, path);
  Architecture architecture = read_architecture(json, path, tensors);
  // The pooler of an encoder alone is kept with the head that has one.
  if (architecture.bare && architecture.family == Family::bert &&
      any_with(tensors, "pooler.dense.weight"))
    architecture.head = Head::masked_language_and_next;
  HuggingFaceConfig config(architecture);
  check_supported(json, path);
  fields(config, [&](const std::string& key, auto& value) {
    const auto written = json.find(key);
    if (written != json.end() && !written->is_null())
      read_field(*written, path + ": " + key, value);
  });
  if (config.architecture.head == Head::classifier) {
    config.labels = read_labels(json, path);
    check_problem(json, path, config.labels);
  }
  const Json dropout = json.value("classifier_dropout", Json());
  if (dropout.is_number() && dropout.get<double>() != config.hidden_dropout_prob) {
    config.remarks.push_back(path + ": classifier_dropout: " + dropout.dump() +
                             " is not carried; the head's dropout is model.dropout");
  }
  if (config.max_length() < 1)
    throw DataError(path + ": max_position_embeddings: leaves no position for a token");
  return config;
}

std::string model_config_text(const HuggingFaceConfig& config, int64_t first, int64_t separator) {
  Json json;
  json["architectures"] = {config.architecture.name};
  json["model_type"] = model_type(config.architecture.family);
  fields(config, [&](const char* key, const auto& value) { json[key] = value; });
  json["hidden_act"] = "gelu";
  json["tie_word_embeddings"] = true;
  json["dtype"] = "float32";
  if (config.architecture.family == Family::yoso) {
    if (config.conv_window == 0) json["conv_window"] = nullptr;
    json["use_fast_hash"] = true;
  }
  if (first >= 0 && separator >= 0) {
    json["bos_token_id"] = first;
    json["eos_token_id"] = separator;
  }
  for (size_t i = 0; i < config.labels.size(); ++i) {
    json["id2label"][std::to_string(i)] = config.labels[i];
    json["label2id"][config.labels[i]] = i;
  }
  if (!config.labels.empty()) {
    json["problem_type"] = config.labels.size() == 1 ? "regression" : "single_label_classification";
  }
  return json.dump(2) + "\n";
}

}  // namespace yoso::interop
