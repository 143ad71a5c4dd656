#pragma once

#include <cstdint>
#include <span>

/// Scores of predictions against the truth, by the definitions of scikit-learn and SciPy where
/// these are numbers, and 0 where they are none. Both arguments are of one length; classes count
/// from 0. std::invalid_argument: lengths that differ, or too few values.
namespace yoso::tasks::metrics {

/// Share of equal classes. At least one.
double accuracy(std::span<const int64_t> predicted, std::span<const int64_t> truth);

/// F1 of class 1: 2 TP / (2 TP + FP + FN). 0 where nothing is or is taken for class 1.
double f1(std::span<const int64_t> predicted, std::span<const int64_t> truth);

/// Matthews' correlation of any number of classes (Gorodkin 2004): (c s − Σ p_k t_k) / sqrt((s² − Σ
/// p_k²)(s² − Σ t_k²)). 0 where all predictions, or all of the truth, are of one class.
double matthews(std::span<const int64_t> predicted, std::span<const int64_t> truth);

/// Pearson's correlation. At least two values; 0 where those of one side are all equal.
double pearson(std::span<const double> predicted, std::span<const double> truth);

/// Spearman's: Pearson's of the ranks, equal values sharing their mean rank.
double spearman(std::span<const double> predicted, std::span<const double> truth);

}  // namespace yoso::tasks::metrics
