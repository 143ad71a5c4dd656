#include "yoso/commands/glue_score.h"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "yoso/data/glue/predictions.h"
#include "yoso/data/glue/read.h"
#include "yoso/tasks/text_classification/glue.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"

namespace yoso::commands {

void score_command(const std::string& name, const std::string& predictions,
                   const std::string& gold) {
  const data::glue::GlueTask& task = data::glue::find_task(name);
  const data::TextExamples rows = data::glue::read_labelled(task, gold);
  std::vector<double> truth, predicted;
  for (const data::TextExample& row : rows.examples)
    truth.push_back(tasks::label_value(row, task.labels));
  for (const data::glue::Prediction& prediction : data::glue::read_predictions(task, predictions)) {
    data::TextExample row;
    row.label = prediction.text;
    predicted.push_back(tasks::label_value(row, task.labels));
  }
  if (predicted.size() != truth.size()) {
    throw DataError(predictions + ": " + format_count(static_cast<int64_t>(predicted.size())) +
                    " predictions, but " + gold + " has " +
                    format_count(static_cast<int64_t>(truth.size())) + " rows");
  }
  const bool correlates = std::any_of(task.metrics.begin(), task.metrics.end(), [](const auto& m) {
    return std::string_view(m) == "mcc" || m == std::string_view("pearson");
  });
  const bool constant =
      std::all_of(predicted.begin(), predicted.end(), [&](double p) { return p == predicted[0]; });
  if (correlates && constant)
    std::cerr << "warning: " << predictions << ": all predictions are alike; correlations are 0\n";
  tasks::TextScoring scoring = tasks::glue_scoring(task);
  scoring.average = false;
  nlohmann::ordered_json json;
  for (const auto& [score, value] : scoring.score(predicted, truth)) json[score] = value;
  std::cout << json.dump() << "\n";
}

}  // namespace yoso::commands
