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
  return find([&](const Architecture& row) { return row.family == family && row.head == head; });
}

std::string architecture_names() {
  std::vector<std::string> names;
  for (const Architecture& row : kArchitectures) names.emplace_back(row.name);
  return join_choices(names);
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
