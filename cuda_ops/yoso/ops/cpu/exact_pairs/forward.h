#pragma once

#include "yoso/ops/cpu/exact_pairs/block.h"

namespace yoso::ops::cpu {

/// Writes the context and the logarithms of the divisors of a head's queries. log_norm: [length] of
/// the head, one element for each position.
template <class T>
void exact_pairs_forward(const Head<T>& head, const Segment& segment, bool l2,
                         const RowWriter& context, T* log_norm);

}  // namespace yoso::ops::cpu
