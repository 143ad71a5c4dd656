#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "yoso/tasks/task.h"

namespace yoso::tasks {

/// Which scores a task on texts reports.
struct TextScoring {
  /// accuracy, f1, f1_macro, f1_micro, mcc; of numbers: pearson, spearman.
  std::vector<std::string> names;
  int64_t classes = 0;   // 0: labels are numbers
  int64_t positive = 1;  // the class that `f1` is of
  bool numbers = false;  // labels are numbers
  bool average = false;  // also their mean, which then is the main score
  std::string main;      // the main score without `average`; one of the names
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

  /// Of the first part.
  std::vector<metrics::ClassScores> classes() const override;

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
