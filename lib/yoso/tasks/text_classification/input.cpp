#include "yoso/tasks/text_classification/input.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "yoso/text/registry.h"
#include "yoso/util/error.h"
#include "yoso/util/parallel.h"
#include "yoso/util/path.h"

namespace yoso::tasks {
namespace {

constexpr int64_t kRowsAtATime = 64;
constexpr const char* kRoberta = "roberta:";  // of KIND:PATH

}  // namespace

void TextInputOptions::fields(config::FieldVisitor& visitor) {
  visitor.field({"tokenizer",
                 "KIND:PATH: albert:spiece.model, bert:vocab.txt or roberta:FOLDER; "
                 "empty: that of model.init_from"},
                tokenizer, {});
  visitor.section({"tokenizer_options", "departures from the kind's published form"},
                  tokenizer_options);
  visitor.field({"max_tokens",
                 "longer examples lose their end, special tokens counted; auto: model.max_length"},
                max_tokens, {.min = 4});
  visitor.choice({"truncation", "which text of a pair loses its end"}, truncation);
  visitor.choice({"head",
                  "bert: the pretrained pooler, then a linear layer; "
                  "roberta: dropout before the pooler too; auto: by the tokenizer"},
                 head);
  config::compat_field(visitor, compat,
                       "mlpen: as in the original suite, examples padded to max_tokens "
                       "and, with RoBERTa's tokenizer, padding not masked");
}

void TextInputOptions::resolve(const config::Tree& section) {
  if (tokenizer.empty()) {
    throw UsageError((section.origin.empty() ? "" : section.origin + ": ") +
                     "task.tokenizer: missing, expected KIND:PATH, or model.init_from with a "
                     "checkpoint that has one");
  }
  // Without a kind it is refused by name when it is loaded.
  tokenizer = change_path_of_kind(tokenizer, absolute_path);
}

bool TextInputOptions::attends_padding() const {
  return compat == config::Compat::mlpen && tokenizer.starts_with(kRoberta);
}

bool TextInputOptions::has_roberta_head() const {
  return head == TextHead::roberta ||
         (head == TextHead::automatic && tokenizer.starts_with(kRoberta));
}

TextInput::TextInput(const TextInputOptions& options, int64_t model_length)
    : tokenizer_(text::load_tokenizer(options.tokenizer, options.tokenizer_options)),
      max_tokens_(std::min(options.max_tokens.value_or(model_length), model_length)),
      truncation_(options.truncation),
      full_width_(options.full_width()),
      ignores_mask_(options.attends_padding()) {}

batching::Padding TextInput::padding() const {
  return {.id = std::max<int64_t>(tokenizer_->special().pad, 0),
          .width = full_width_ ? max_tokens_ : 0};
}

text::Encoding TextInput::encode_one(const data::TextExample& row, bool pairs, bool& cut) const {
  const auto first = tokenizer_->encode(row.text);
  const auto limit = static_cast<size_t>(max_tokens_);
  if (!pairs) {
    text::Encoding encoding = tokenizer_->single(first, limit);
    encoding.type_ids.clear();
    cut = encoding.ids.size() == limit && tokenizer_->single(first).ids.size() > limit;
    return encoding;
  }
  const auto second = tokenizer_->encode(row.second);
  text::Encoding encoding = tokenizer_->pair(first, second, limit, truncation_);
  const auto& types = encoding.type_ids;
  if (std::all_of(types.begin(), types.end(), [](text::TokenId type) { return type == 0; }))
    encoding.type_ids.clear();
  cut = encoding.ids.size() == limit && tokenizer_->pair(first, second).ids.size() > limit;
  return encoding;
}

int64_t TextInput::encode(const std::vector<data::TextExample>& texts,
                          const std::vector<double>& labels, bool pairs, uint8_t part,
                          data::TokenDataset& rows) const {
  const auto count = static_cast<int64_t>(texts.size());
  std::vector<text::Encoding> encoded(texts.size());
  std::vector<uint8_t> cut(texts.size(), 0);
  parallel_for((count + kRowsAtATime - 1) / kRowsAtATime, at::get_num_threads(), [&](int64_t i) {
    for (int64_t row = i * kRowsAtATime; row < std::min(count, (i + 1) * kRowsAtATime); ++row) {
      bool shortened = false;
      try {
        encoded[row] = encode_one(texts[row], pairs, shortened);
      } catch (const UsageError& error) {
        if (texts[row].location.empty()) throw;
        throw UsageError(texts[row].location + ": " + error.what() +
                         " (task.truncation, task.max_tokens)");
      }
      cut[row] = shortened;
    }
  });
  std::vector<uint8_t> types;
  for (int64_t row = 0; row < count; ++row) {
    types.assign(encoded[row].type_ids.begin(), encoded[row].type_ids.end());
    rows.add({encoded[row].ids, types}, labels[row], part);
  }
  return std::count(cut.begin(), cut.end(), uint8_t{1});
}

}  // namespace yoso::tasks
