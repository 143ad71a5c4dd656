#pragma once

#include "yoso/ops/cpu/exact_pairs/block.h"

namespace yoso::ops::cpu {

/// What the backward of a head reads and writes beside its rows. Writers are null where a gradient
/// is not needed.
template <class T>
struct PairGradientRows {
  const RowReader* grad;  // of the context
  const RowReader* context;
  const T* log_norm;  // [length] of the head
  const RowWriter* query;
  const RowWriter* key;
  const RowWriter* value;
  T query_factor;  // what queries were multiplied by
  bool l2;
};

/// The gradients of exact_pairs_attention in one head. `queries` are those of `head`; their y
/// columns are overwritten.
template <class T>
void exact_pairs_backward(const Head<T>& head, HeadRows<T>& queries, const Segment& segment,
                          const PairGradientRows<T>& rows);

}  // namespace yoso::ops::cpu
