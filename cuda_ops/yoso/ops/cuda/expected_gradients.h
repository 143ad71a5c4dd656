#pragma once

#include "yoso/ops/cuda/attention_tensors.h"
#include "yoso/ops/cuda/launch.h"

namespace yoso::ops::cuda {

/// Dense gradients with coefficients p; `exact`: the weight of "exact", else bits/2.
AttentionGradients expected_gradients(const Launch& launch, const AttentionTensors& tensors,
                                      bool exact);

}  // namespace yoso::ops::cuda
