#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/interop/hugging_face/architecture.h"

namespace yoso::interop {

/// The contents of config.json in a Hugging Face folder, as far as they decide a model's results.
/// Names are those of the file.
struct HuggingFaceConfig {
  Architecture architecture;
  int64_t vocab_size = 0;
  int64_t hidden_size = 768;
  int64_t num_hidden_layers = 12;
  int64_t num_attention_heads = 12;
  int64_t intermediate_size = 3072;
  int64_t max_position_embeddings = 512;
  int64_t type_vocab_size = 2;
  int64_t pad_token_id = 0;
  double hidden_dropout_prob = 0.1;
  double attention_probs_dropout_prob = 0.1;
  double initializer_range = 0.02;
  double layer_norm_eps = 1e-12;
  // Only for YOSO.
  bool use_expectation = true;
  int64_t hash_code_len = 9;
  int64_t num_hash = 64;
  int64_t conv_window = 0;  // null in the file: none
  bool lsh_backward = true;
  // Only for classifiers: the name of each class, in the order of the logits; one for a regression.
  std::vector<std::string> labels = {};
  /// What the file says that is not carried, a line each for the user.
  std::vector<std::string> remarks = {};

  /// The defaults of a family, which its files may leave out.
  explicit HuggingFaceConfig(Architecture architecture);

  /// Longest input in tokens.
  int64_t max_length() const;

  /// Rows of the position table.
  int64_t position_rows() const;
};

/// The names that transformers gives to classes without names: LABEL_0, LABEL_1, ...
std::vector<std::string> unnamed_labels(size_t classes);

/// Reads the text of a config.json; `path` names it in messages. `tensors`: the names of the model's
/// tensors, which tell its class where the file does not. DataError: no JSON, or a key of
/// another type or out of range. UsageError: a model that has no counterpart here, because of its
/// class or of the value of a key.
HuggingFaceConfig parse_model_config(std::string_view text, const std::string& path,
                                     const std::vector<std::string>& tensors = {});

/// The text of a config.json that transformers reads back to the same model. `first`, `separator`:
/// ids of the tokens around a text; negative: unknown.
std::string model_config_text(const HuggingFaceConfig& config, int64_t first, int64_t separator);

}  // namespace yoso::interop
