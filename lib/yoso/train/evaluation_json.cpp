#include "yoso/train/evaluation_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace yoso::train {

nlohmann::ordered_json to_json(const std::optional<Evaluation>& evaluation) {
  if (!evaluation) return nullptr;
  nlohmann::ordered_json json = {{"rows", evaluation->rows}, {"loss", evaluation->loss}};
  for (const auto& [name, value] : evaluation->scores) json[name] = value;
  return json;
}

std::optional<Evaluation> evaluation_from_json(const nlohmann::ordered_json& json) {
  if (json.is_null()) return {};
  Evaluation evaluation;
  for (const auto& [key, value] : json.items()) {
    if (key == "rows") {
      evaluation.rows = value.get<int64_t>();
    } else if (key == "loss") {
      evaluation.loss = value.is_null() ? std::nan("") : value.get<double>();
    } else {
      evaluation.scores.emplace_back(key, value.is_null() ? std::nan("") : value.get<double>());
    }
  }
  return evaluation;
}

}  // namespace yoso::train
