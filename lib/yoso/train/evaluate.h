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
  config::Precision precision = config::Precision::float32;
  std::string what;        // for the progress line
  bool by_length = false;  // batches of examples of similar length, instead of the stored order
  bool drop_last = false;  // leaves out a last batch that is not full
};

/// Whether a split's last, partial batch is left out (TrainConfig::drops_last_test).
bool drops_last(const config::TrainConfig& train, data::Split split);

/// One pass over a split, every example once, with the stored hashes: the same result every time.
/// Leaves the model in evaluation mode. Returns nothing when a signal asked to stop midway.
std::optional<Evaluation> evaluate(torch::nn::Module& model, const tasks::Task& task,
                                   const EvaluationOptions& options, Log& log);

}  // namespace yoso::train
