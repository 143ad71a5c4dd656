#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "yoso/batching/collate.h"
#include "yoso/config/compat.h"
#include "yoso/config/corpus.h"
#include "yoso/config/fields.h"
#include "yoso/config/tree.h"
#include "yoso/data/texts/text_examples.h"
#include "yoso/text/tokenizer.h"

namespace yoso::text {
constexpr auto names_of(Truncation) {
  return std::array{"longest_first", "only_first", "only_second"};
}
}  // namespace yoso::text

namespace yoso::tasks {

/// The kind of classification head; automatic: by the tokenizer.
enum class TextHead { automatic, bert, roberta };
constexpr auto names_of(TextHead) { return std::array{"auto", "bert", "roberta"}; }

/// The options of section `task` that decide how text enters the model.
struct TextInputOptions {
  std::string tokenizer;  // KIND:PATH
  config::TokenizerOptions tokenizer_options;
  config::AutoInt max_tokens;
  text::Truncation truncation = text::Truncation::longest_first;
  TextHead head = TextHead::automatic;
  config::Compat compat = config::Compat::none;

  void fields(config::FieldVisitor& visitor);

  /// Makes the tokenizer's path absolute. UsageError when there is none.
  void resolve(const config::Tree& section);

  /// Whether examples are padded to max_tokens, not to the longest one of a batch.
  bool full_width() const { return compat == config::Compat::mlpen; }

  /// Whether padding takes part in attention.
  bool attends_padding() const;

  /// Whether the head applies dropout to its inputs, as RoBERTa's does.
  bool has_roberta_head() const;
};

/// Turns texts into token ids: adds special tokens and token types, and cuts long texts.
class TextInput {
 public:
  /// Examples have up to `model_length` tokens. UsageError, DataError: from text::load_tokenizer.
  TextInput(const TextInputOptions& options, int64_t model_length);

  const text::Tokenizer& tokenizer() const { return *tokenizer_; }
  int64_t max_tokens() const { return max_tokens_; }
  batching::Padding padding() const;

  /// Whether padding takes part in attention.
  bool ignores_mask() const { return ignores_mask_; }

  /// Appends the examples of a file with their labels to `rows`, in order, tokenised by all
  /// threads. `part`: index of the file within its split. Returns how many examples had to be cut.
  int64_t encode(const std::vector<data::TextExample>& texts, const std::vector<double>& labels,
                 bool pairs, uint8_t part, data::TokenDataset& rows) const;

 private:
  text::Encoding encode_one(const data::TextExample& row, bool pairs, bool& cut) const;

  std::unique_ptr<text::Tokenizer> tokenizer_;
  int64_t max_tokens_;
  text::Truncation truncation_;
  bool full_width_, ignores_mask_;
};

}  // namespace yoso::tasks
