#pragma once

#include <cstdint>

#include "yoso/ops/cpu/row_access.h"
#include "yoso/ops/cpu/slots.h"

namespace yoso::ops::cpu {

/// to_i = (1/M) Σ_m Σ_j [slots of i and j agree in hash m] from_j for the rows i of `to_side` and j
/// of the other: B̄ V to the queries, B̄ᵀ G to the keys. Parallel over pairs and slices of columns.
template <class T>
void sampled_sums(const Slots& slots, Side to_side, const RowReader& from, const RowWriter& to);

}  // namespace yoso::ops::cpu
