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
  bool average = false;            // the mean of all of them too, which then is the main one
  std::string main;                // one of the names, where `average` does not decide
  /// Put behind the names of the scores of each part (MNLI: nothing, and `_mm`).
  std::vector<std::string> suffixes = {""};

  std::string main_score() const { return average ? "average" : main; }

  /// The scores of predictions, classes as numbers, against the truth, both not empty.
  Scores score(std::span<const double> predicted, std::span<const double> truth) const;
};

/// Collects what a model says of each row: the likeliest class, the first of equals, or the number.
class TextMetric : public Metric {
 public:
  explicit TextMetric(TextScoring scoring)
      : scoring_(std::move(scoring)), parts_(scoring_.suffixes.size()) {}

  void add(const Output& output, const batching::Batch& batch) override;

  /// Parts without rows have no scores.
  Scores result() const override;

 private:
  struct Part {
    std::vector<double> predicted, truth;
  };
  TextScoring scoring_;
  std::vector<Part> parts_;
};

/// Of logits [rows, outputs]: the likeliest class of each row, the first of equals; the number
/// where there is one output.
std::vector<double> predictions_of(const at::Tensor& logits);

}  // namespace yoso::tasks
