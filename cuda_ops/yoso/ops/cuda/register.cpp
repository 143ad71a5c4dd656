#include <torch/library.h>

#include "yoso/ops/cuda/operators.h"

namespace yoso::ops::cuda {

TORCH_LIBRARY_IMPL(yoso, CUDA, library) {
  library.impl("hadamard_codes", hadamard_codes);
  library.impl("hyperplane_codes", hyperplane_codes);
  library.impl("sampled_attention", sampled_attention);
  library.impl("_sampled_attention_backward", sampled_attention_backward);
  library.impl("expected_attention", expected_attention);
  library.impl("_expected_attention_backward", expected_attention_backward);
}

}  // namespace yoso::ops::cuda
