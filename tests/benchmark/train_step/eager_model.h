#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "benchmark/train_step/text_model.h"

namespace yoso::bench {

/// One training step of the same model with dense softmax attention, stated plainly in LibTorch's
/// own modules as the published PyTorch harness does: scores, mask, softmax, dropout and context
/// one tensor operation each, AdamW tensor by tensor. It holds several tensors of rows · heads ·
/// length² values, so the rows are taken `micro_rows` at a time (gradients are added up).
class EagerStep {
 public:
  EagerStep(const StepShape& shape, const std::string& precision, int64_t micro_rows);
  ~EagerStep();

  void run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yoso::bench
