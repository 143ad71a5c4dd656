#include "yoso/train/evaluation.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "yoso/util/error.h"
#include "yoso/util/format.h"

namespace yoso::train {

double Evaluation::score(const std::string& name) const {
  if (name == "loss") return loss;
  for (const auto& [known, value] : scores) {
    if (known == name) return value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::string shown_name(const std::string& score, const std::string& positive) {
  const bool of_one_class = score == "f1" || score.starts_with("f1_mm");
  return of_one_class && !positive.empty() ? score + " of " + positive : score;
}

std::string describe(const Evaluation& evaluation) {
  std::string text = "loss " + format_fixed(evaluation.loss, 4);
  for (const auto& [name, value] : evaluation.scores)
    text += " · " + shown_name(name, evaluation.positive) + " " + tasks::score_text(name, value);
  return text;
}

nlohmann::ordered_json to_json(const std::optional<Evaluation>& evaluation) {
  if (!evaluation) return nullptr;
  nlohmann::ordered_json json = {{"rows", evaluation->examples}, {"loss", evaluation->loss}};
  for (const auto& [name, value] : evaluation->scores) json[name] = value;
  if (!evaluation->positive.empty()) json["positive"] = evaluation->positive;
  return json;
}

nlohmann::ordered_json classes_to_json(const Evaluation& evaluation) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const auto& [name, scores] : evaluation.classes) {
    json.push_back({{"class", name},
                    {"precision", scores.precision},
                    {"recall", scores.recall},
                    {"f1", scores.f1},
                    {"support", scores.support}});
  }
  return json;
}

std::optional<Evaluation> evaluation_from_json(const nlohmann::ordered_json& json) {
  if (json.is_null()) return {};
  Evaluation evaluation;
  for (const auto& [key, value] : json.items()) {
    if (key == "rows") {
      evaluation.examples = value.get<int64_t>();
    } else if (key == "loss") {
      evaluation.loss = value.is_null() ? std::nan("") : value.get<double>();
    } else if (key == "positive") {
      evaluation.positive = value.get<std::string>();
    } else {
      evaluation.scores.emplace_back(key, value.is_null() ? std::nan("") : value.get<double>());
    }
  }
  return evaluation;
}

Selection selection(const config::TrainConfig& config, const tasks::Task& task) {
  const auto [metric, larger_is_better] = task.main_metric();
  if (config.select == "loss") return {"loss", false};
  if (config.select == "auto" || config.select == metric) return {metric, larger_is_better};
  throw UsageError("train.select: " + config.select +
                   " is no metric of this task, expected auto, loss or " + metric);
}

}  // namespace yoso::train
