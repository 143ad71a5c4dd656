#pragma once

#include <cstdint>
#include <type_traits>

#include "yoso/nn/cpu/dropout_mask.h"

namespace yoso::nn::cpu {

/// The type that exponentials and sums are computed in.
template <class T>
using SoftmaxSum = std::conditional_t<std::is_same_v<T, double>, double, float>;

/// Rows of attention weights, and what their softmax and dropout need.
template <class Sum>
struct SoftmaxRows {
  int64_t rows = 0, columns = 0;
  Sum scale = 1;                 // of the scores
  const bool* usable = nullptr;  // by column; null: all are, else at least one is
  DropoutMask mask;              // p 0: nothing is dropped
  int64_t position = 0;          // of the first weight, for `mask`; rows follow each other
  Sum* scratch = nullptr;        // [columns]
};

/// weights: scores → dropout(softmax(scale · scores)). log_sums[row]: the log of the sum of the
/// row's exponentials, kept for the backward pass. T: float, double, c10::BFloat16.
template <class T>
void softmax_forward(const SoftmaxRows<SoftmaxSum<T>>& shape, T* weights, SoftmaxSum<T>* log_sums);

/// weights: scores → dropout(softmax(scale · scores)) again; grads: the gradient of these → that of
/// the scores. `along[row]`: Σ gradient · weight over the row.
template <class T>
void softmax_backward(const SoftmaxRows<SoftmaxSum<T>>& shape, T* weights, T* grads,
                      const SoftmaxSum<T>* log_sums, const SoftmaxSum<T>* along);

}  // namespace yoso::nn::cpu
