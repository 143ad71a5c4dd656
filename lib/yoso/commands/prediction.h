#pragma once

#include <c10/core/Device.h>

#include <optional>
#include <string>

#include "yoso/tasks/text_classification/task.h"
#include "yoso/util/log.h"

namespace yoso::commands {

struct PredictionPass {
  int64_t batch_size = 32;
  c10::Device device = c10::Device("cpu");
  config::Precision precision = config::Precision::float32;
  std::string what;  // for the progress line
};

/// The logits of all examples, float64 [examples, outputs] on the CPU in the order of the examples,
/// with the stored hashes; a batch has examples of similar length. Leaves the model in evaluation
/// mode. Returns nothing when a signal asked to stop midway.
std::optional<at::Tensor> predict(torch::nn::Module& model, const tasks::TextTask& task,
                                  const data::TokenDataset& rows, const PredictionPass& pass,
                                  Log& log);

}  // namespace yoso::commands
