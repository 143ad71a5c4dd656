#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// Scores of predictions against the truth, by the definitions of scikit-learn and SciPy where
/// these give a number, and 0 where they give NaN. Both arguments have the same length; classes
/// count from 0. std::invalid_argument: lengths that differ, or too few values.
namespace yoso::tasks::metrics {

/// Fraction of predictions that equal the truth. Needs at least one value.
double accuracy(std::span<const int64_t> predicted, std::span<const int64_t> truth);

/// F1 of one class: 2 TP / (2 TP + FP + FN). 0 where the class occurs neither in the truth nor in
/// the predictions.
double f1(std::span<const int64_t> predicted, std::span<const int64_t> truth, int64_t positive = 1);

/// The unweighted mean of the F1 of the classes that occur in the truth or in the predictions.
double f1_macro(std::span<const int64_t> predicted, std::span<const int64_t> truth);

/// F1 of the sums of TP, FP and FN over all classes; with one class an example, the accuracy.
double f1_micro(std::span<const int64_t> predicted, std::span<const int64_t> truth);

/// The scores of one class against all others. What is 0 / 0 is 0.
struct ClassScores {
  double precision = 0;  // TP / (TP + FP)
  double recall = 0;     // TP / (TP + FN)
  double f1 = 0;
  int64_t support = 0;  // examples of the class in the truth
};

/// Of classes 0 to `classes` - 1.
std::vector<ClassScores> per_class(std::span<const int64_t> predicted,
                                   std::span<const int64_t> truth, int64_t classes);

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
