#include "yoso/tasks/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace yoso::tasks::metrics {
namespace {

void require(size_t predicted, size_t truth, size_t least) {
  if (predicted == truth && truth >= least) return;
  throw std::invalid_argument("metrics: " + std::to_string(predicted) + " predictions of " +
                              std::to_string(truth) + " values, at least " + std::to_string(least) +
                              " are needed");
}

/// Ranks from 1; equal values have the mean of the ranks that they span.
std::vector<double> ranks(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double rank = static_cast<double>(begin + 1 + end) / 2;
    for (size_t i = begin; i < end; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

double accuracy(std::span<const int64_t> predicted, std::span<const int64_t> truth) {
  require(predicted.size(), truth.size(), 1);
  int64_t correct = 0;
  for (size_t i = 0; i < truth.size(); ++i) correct += predicted[i] == truth[i];
  return static_cast<double>(correct) / static_cast<double>(truth.size());
}

std::vector<ClassScores> per_class(std::span<const int64_t> predicted,
                                   std::span<const int64_t> truth, int64_t classes) {
  require(predicted.size(), truth.size(), 1);
  std::vector<int64_t> both(classes, 0), of_predicted(classes, 0), of_truth(classes, 0);
  for (size_t i = 0; i < truth.size(); ++i) {
    ++of_predicted.at(predicted[i]);
    ++of_truth.at(truth[i]);
    both[truth[i]] += predicted[i] == truth[i];
  }
  const auto share = [](int64_t part, int64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  std::vector<ClassScores> scores;
  for (int64_t k = 0; k < classes; ++k) {
    scores.push_back({share(both[k], of_predicted[k]), share(both[k], of_truth[k]),
                      share(2 * both[k], of_predicted[k] + of_truth[k]), of_truth[k]});
  }
  return scores;
}

double f1(std::span<const int64_t> predicted, std::span<const int64_t> truth, int64_t positive) {
  require(predicted.size(), truth.size(), 1);
  int64_t both = 0, either = 0;  // TP, and 2 TP + FP + FN
  for (size_t i = 0; i < truth.size(); ++i) {
    both += predicted[i] == positive && truth[i] == positive;
    either += (predicted[i] == positive) + (truth[i] == positive);
  }
  return either == 0 ? 0 : 2 * static_cast<double>(both) / static_cast<double>(either);
}

double f1_macro(std::span<const int64_t> predicted, std::span<const int64_t> truth) {
  require(predicted.size(), truth.size(), 1);
  std::set<int64_t> classes(truth.begin(), truth.end());
  classes.insert(predicted.begin(), predicted.end());
  double sum = 0;
  for (const int64_t positive : classes) sum += f1(predicted, truth, positive);
  return sum / static_cast<double>(classes.size());
}

double f1_micro(std::span<const int64_t> predicted, std::span<const int64_t> truth) {
  return accuracy(predicted, truth);
}

double matthews(std::span<const int64_t> predicted, std::span<const int64_t> truth) {
  require(predicted.size(), truth.size(), 1);
  const int64_t classes = std::max(*std::max_element(predicted.begin(), predicted.end()),
                                   *std::max_element(truth.begin(), truth.end())) +
                          1;
  // Counts stay below 2^26, so that all sums of products are exact in a double.
  std::vector<double> of_predicted(classes, 0), of_truth(classes, 0);
  double correct = 0;
  for (size_t i = 0; i < truth.size(); ++i) {
    ++of_predicted[predicted[i]];
    ++of_truth[truth[i]];
    correct += predicted[i] == truth[i];
  }
  const auto samples = static_cast<double>(truth.size());
  double products = 0, predicted_squares = 0, truth_squares = 0;
  for (int64_t k = 0; k < classes; ++k) {
    products += of_predicted[k] * of_truth[k];
    predicted_squares += of_predicted[k] * of_predicted[k];
    truth_squares += of_truth[k] * of_truth[k];
  }
  const double square = samples * samples;
  const double scale = (square - predicted_squares) * (square - truth_squares);
  return scale == 0 ? 0 : (correct * samples - products) / std::sqrt(scale);
}

double pearson(std::span<const double> predicted, std::span<const double> truth) {
  require(predicted.size(), truth.size(), 2);
  const double predicted_mean = mean(predicted), truth_mean = mean(truth);
  double product = 0, predicted_square = 0, truth_square = 0;
  for (size_t i = 0; i < truth.size(); ++i) {
    const double a = predicted[i] - predicted_mean, b = truth[i] - truth_mean;
    product += a * b;
    predicted_square += a * a;
    truth_square += b * b;
  }
  // The mean of equal values need not be that value to the last bit.
  const auto constant = [](std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [&](double v) { return v == values[0]; });
  };
  if (constant(predicted) || constant(truth)) return 0;
  return std::clamp(product / (std::sqrt(predicted_square) * std::sqrt(truth_square)), -1.0, 1.0);
}

double spearman(std::span<const double> predicted, std::span<const double> truth) {
  require(predicted.size(), truth.size(), 2);
  return pearson(ranks(predicted), ranks(truth));
}

}  // namespace yoso::tasks::metrics
