#pragma once

#include <c10/core/Device.h>
#include <torch/nn/module.h>

#include <optional>
#include <string>

#include "yoso/tasks/task.h"
#include "yoso/train/evaluation.h"
#include "yoso/util/log.h"

namespace yoso::train {

struct EvaluationOptions {
  data::Split split = data::Split::dev;
  int64_t batch_size = 32;
  c10::Device device = c10::Device("cpu");
  std::string precision = "float32";
  std::string what;  // for the progress line
};

/// One pass over a split in its stored order, every row once, with the stored hashes: the same
/// result every time. Leaves the model in evaluation mode. Returns nothing when a signal asked to
/// stop midway.
std::optional<Evaluation> evaluate(torch::nn::Module& model, const tasks::Task& task,
                                   const EvaluationOptions& options, Log& log);

}  // namespace yoso::train
