#include "yoso/interop/hugging_face/architecture.h"

#include <algorithm>
#include <vector>

#include "yoso/util/text.h"

namespace yoso::interop {
namespace {

constexpr Architecture kArchitectures[] = {
    {"BertForMaskedLM", Family::bert, Head::masked_language},
    {"BertForPreTraining", Family::bert, Head::masked_language_and_next},
    {"BertForSequenceClassification", Family::bert, Head::classifier},
    {"RobertaForMaskedLM", Family::roberta, Head::masked_language},
    {"RobertaForSequenceClassification", Family::roberta, Head::classifier},
    {"YosoForMaskedLM", Family::yoso, Head::masked_language},
    {"YosoForSequenceClassification", Family::yoso, Head::classifier},
    // Encoders alone, or with a head that there is not here.
    {"BertModel", Family::bert, Head::masked_language, /*bare=*/true},
    {"BertForTokenClassification", Family::bert, Head::masked_language, /*bare=*/true},
    {"BertForQuestionAnswering", Family::bert, Head::masked_language, /*bare=*/true},
    {"BertForMultipleChoice", Family::bert, Head::masked_language, /*bare=*/true},
    {"BertForNextSentencePrediction", Family::bert, Head::masked_language, /*bare=*/true},
    {"RobertaModel", Family::roberta, Head::masked_language, /*bare=*/true},
    {"RobertaForTokenClassification", Family::roberta, Head::masked_language, /*bare=*/true},
    {"RobertaForQuestionAnswering", Family::roberta, Head::masked_language, /*bare=*/true},
    {"RobertaForMultipleChoice", Family::roberta, Head::masked_language, /*bare=*/true},
    {"YosoModel", Family::yoso, Head::masked_language, /*bare=*/true},
    {"YosoForTokenClassification", Family::yoso, Head::masked_language, /*bare=*/true},
    {"YosoForQuestionAnswering", Family::yoso, Head::masked_language, /*bare=*/true},
    {"YosoForMultipleChoice", Family::yoso, Head::masked_language, /*bare=*/true},
};

template <class Matches>
std::optional<Architecture> find(Matches matches) {
  const auto* const row =
      std::find_if(std::begin(kArchitectures), std::end(kArchitectures), matches);
  return row == std::end(kArchitectures) ? std::nullopt : std::optional(*row);
}

}  // namespace

std::span<const Architecture> architectures() { return kArchitectures; }

std::optional<Architecture> find_architecture(std::string_view name) {
  return find([&](const Architecture& row) { return name == row.name; });
}

std::optional<Architecture> find_architecture(Family family, Head head) {
  return find([&](const Architecture& row) {
    return row.family == family && row.head == head && !row.bare;
  });
}

std::string architecture_names() {
  std::vector<std::string> names;
  for (const Architecture& row : kArchitectures) names.emplace_back(row.name);
  return join_choices(names);
}

std::optional<Family> find_family(std::string_view name) {
  for (const Family family : {Family::bert, Family::roberta, Family::yoso}) {
    if (name == model_type(family)) return family;
  }
  return {};
}

const char* model_type(Family family) {
  switch (family) {
    case Family::bert:
      return "bert";
    case Family::roberta:
      return "roberta";
    case Family::yoso:
      break;
  }
  return "yoso";
}

int64_t position_offset(Family family, int64_t pad_token_id) {
  switch (family) {
    case Family::bert:
      return 0;
    case Family::roberta:
      return pad_token_id + 1;
    case Family::yoso:
      break;
  }
  return 2;
}

}  // namespace yoso::interop
