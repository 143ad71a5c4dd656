#pragma once

#include <cstdint>
#include <span>

/// Scores of predictions against the truth, by the definitions of scikit-learn and SciPy where
/// these give a number, and 0 where they give NaN. Both arguments have the same length; classes
/// count from 0. std::invalid_argument: lengths that differ, or too few values.
namespace yoso::tasks::metrics {

/// Fraction of predictions that equal the truth. Needs at least one value.
double accuracy(std::span<const int64_t> predicted, std::span<const int64_t> truth);

/// F1 of class 1: 2 TP / (2 TP + FP + FN). 0 where class 1 occurs neither in the truth nor in the
/// predictions.
double f1(std::span<const int64_t> predicted, std::span<const int64_t> truth);

/// Matthews' correlation of any number of classes (Gorodkin 2004):
///   (c s − Σ p_k t_k) / sqrt((s² − Σ p_k²)(s² − Σ t_k²))
/// with s values, c of them predicted correctly, p_k predicted as class k and t_k truly of class k.
/// 0 where all predictions, or all of the truth, are of one class.
double matthews(std::span<const int64_t> predicted, std::span<const int64_t> truth);

/// Pearson's correlation. Needs at least two values; 0 where those of one side are all equal.
double pearson(std::span<const double> predicted, std::span<const double> truth);

/// Spearman's correlation: Pearson's of the ranks; equal values have their mean rank.
double spearman(std::span<const double> predicted, std::span<const double> truth);

}  // namespace yoso::tasks::metrics
