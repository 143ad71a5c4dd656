#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace yoso::interop {

/// The head on an encoder of Hugging Face.
enum class Head {
  masked_language,           // predicts masked tokens
  masked_language_and_next,  // also whether the second text follows the first (BERT)
  classifier,                // one class or number for each text
};

/// The model families that are read and written.
enum class Family { bert, roberta, yoso };

/// A row of the table of Hugging Face's model classes.
struct Architecture {
  const char* name;  // as in `architectures` of config.json
  Family family;
  Head head;  // that it is imported with
  /// It has no such head, but none or another one: the head is made anew.
  bool bare = false;
};

/// The known classes.
std::span<const Architecture> architectures();

/// The row of a class. Nothing when it is not known.
std::optional<Architecture> find_architecture(std::string_view name);

/// The class of a family with a head. Nothing when the family has none.
std::optional<Architecture> find_architecture(Family family, Head head);

/// "BertForMaskedLM, ... or YosoForSequenceClassification".
std::string architecture_names();

/// The family of a `model_type`. Nothing when it is not known.
std::optional<Family> find_family(std::string_view model_type);

/// `model_type` in config.json, also the first component of most tensors' names: "bert".
const char* model_type(Family family);

/// Rows of the position table before that of the first token: YOSO always 2; RoBERTa's padding id
/// + 1; BERT none.
int64_t position_offset(Family family, int64_t pad_token_id);

}  // namespace yoso::interop
