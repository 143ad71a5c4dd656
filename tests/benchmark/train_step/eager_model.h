#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "benchmark/train_step/text_model.h"

namespace yoso::bench {

/// One training step of the same model with softmax attention, stated plainly in LibTorch's own
/// modules as the published PyTorch harness does, AdamW tensor by tensor.
class EagerStep {
 public:
  /// fused: attention by scaled_dot_product_attention, without dropout. Else scores, mask, softmax,
  /// dropout and context are one tensor operation each, several tensors of rows · heads · length²
  /// values, so that only `micro_rows` rows are taken at a time (gradients are added up).
  EagerStep(const StepShape& shape, const std::string& precision, bool fused, int64_t micro_rows);
  ~EagerStep();

  void run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yoso::bench
