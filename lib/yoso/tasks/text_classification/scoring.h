#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "yoso/tasks/task.h"

namespace yoso::tasks {

/// Which scores a task on texts reports.
struct TextScoring {
  std::vector<std::string> names;  // accuracy, f1, mcc; of numbers: pearson, spearman
  bool numbers = false;            // labels are numbers
  bool average = false;            // also their mean, which then is the main score
  std::string main;                // the main score without `average`; one of the names
  /// Appended to the names of the scores of each part (MNLI: nothing, and `_mm`).
  std::vector<std::string> suffixes = {""};

  std::string main_score() const { return average ? "average" : main; }

  /// The scores of predictions against the truth, classes as numbers. Both have the same length and
  /// are not empty.
  Scores score(std::span<const double> predicted, std::span<const double> truth) const;
};

/// Collects what a model predicts for each example (predictions_of).
class TextMetric : public Metric {
 public:
  explicit TextMetric(TextScoring scoring)
      : scoring_(std::move(scoring)), parts_(scoring_.suffixes.size()) {}

  void add(const Output& output, const batching::Batch& batch) override;

  /// Parts without examples have no scores.
  Scores result() const override;

 private:
  struct Part {
    std::vector<double> predicted, truth;
  };
  TextScoring scoring_;
  std::vector<Part> parts_;
};

/// The prediction for each row of logits [rows, outputs]: the most likely class, the first one of
/// equals; the number where there is one output.
std::vector<double> predictions_of(const at::Tensor& logits);

}  // namespace yoso::tasks
