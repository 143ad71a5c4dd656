#include "yoso/tasks/text_classification/scoring.h"

#include <algorithm>
#include <stdexcept>

#include "yoso/tasks/metrics.h"

namespace yoso::tasks {
namespace {

std::vector<int64_t> classes_of(std::span<const double> values) {
  return {values.begin(), values.end()};
}

double class_score(const std::string& name, std::span<const int64_t> predicted,
                   std::span<const int64_t> truth, int64_t positive) {
  if (name == "accuracy") return metrics::accuracy(predicted, truth);
  if (name == "f1") return metrics::f1(predicted, truth, positive);
  if (name == "f1_macro") return metrics::f1_macro(predicted, truth);
  if (name == "f1_micro") return metrics::f1_micro(predicted, truth);
  if (name == "mcc") return metrics::matthews(predicted, truth);
  throw std::invalid_argument("no score of classes: " + name);
}

double number_score(const std::string& name, std::span<const double> predicted,
                    std::span<const double> truth) {
  if (truth.size() < 2) return 0;  // a single example has no correlation
  if (name == "pearson") return metrics::pearson(predicted, truth);
  if (name == "spearman") return metrics::spearman(predicted, truth);
  throw std::invalid_argument("no score of numbers: " + name);
}

}  // namespace

Scores TextScoring::score(std::span<const double> predicted, std::span<const double> truth) const {
  Scores scores;
  double sum = 0;
  const auto predicted_classes = classes_of(predicted), true_classes = classes_of(truth);
  for (const std::string& name : names) {
    const double value = numbers ? number_score(name, predicted, truth)
                                 : class_score(name, predicted_classes, true_classes, positive);
    scores.emplace_back(name, value);
    sum += value;
  }
  if (average) scores.emplace_back("average", sum / static_cast<double>(names.size()));
  return scores;
}

std::vector<double> predictions_of(const at::Tensor& logits) {
  const at::Tensor values = logits.to(at::kCPU, at::kDouble).contiguous();
  const int64_t rows = values.size(0), outputs = values.size(1);
  std::vector<double> predicted(rows);
  for (int64_t i = 0; i < rows; ++i) {
    const double* row = values.const_data_ptr<double>() + i * outputs;
    predicted[i] =
        outputs == 1 ? row[0] : static_cast<double>(std::max_element(row, row + outputs) - row);
  }
  return predicted;
}

void TextMetric::add(const Output& output, const batching::Batch& batch) {
  const std::vector<double> predicted = predictions_of(output.logits);
  const at::Tensor labels = batch.labels.to(at::kCPU, at::kDouble);
  const at::Tensor parts = batch.parts.defined() ? batch.parts.cpu() : batch.parts;
  for (size_t i = 0; i < predicted.size(); ++i) {
    Part& part = parts_[parts.defined() ? parts.const_data_ptr<uint8_t>()[i] : 0];
    part.predicted.push_back(predicted[i]);
    part.truth.push_back(labels.const_data_ptr<double>()[i]);
  }
}

std::vector<metrics::ClassScores> TextMetric::classes() const {
  const Part& part = parts_.front();
  if (scoring_.numbers || scoring_.classes == 0 || part.truth.empty()) return {};
  return metrics::per_class(classes_of(part.predicted), classes_of(part.truth), scoring_.classes);
}

Scores TextMetric::result() const {
  Scores scores;
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].truth.empty()) continue;
    for (auto& [name, value] : scoring_.score(parts_[i].predicted, parts_[i].truth))
      scores.emplace_back(name + scoring_.suffixes[i], value);
  }
  return scores;
}

}  // namespace yoso::tasks
