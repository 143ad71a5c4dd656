#pragma once

#include <c10/core/Device.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <vector>

#include "yoso/batching/order.h"
#include "yoso/config/experiment.h"
#include "yoso/tasks/task.h"
#include "yoso/train/optimizer.h"
#include "yoso/train/train_state.h"

namespace yoso::train {

/// Loss, token counts and gradient norm of one update.
struct StepResult {
  LossSums loss;
  int64_t tokens = 0;         // valid tokens, padding not counted
  int64_t padded_tokens = 0;  // padding counted
  double grad_norm = 0;       // joint l2 norm before clipping
};

/// The examples of one update, divided into micro-batches, each of one epoch.
struct StepBatches {
  std::vector<int64_t> examples;  // indices in the training split
  std::vector<batching::Batch> micro;

  int64_t tokens() const;  // valid tokens, padding not counted
};

/// Updates in which every example of the training split is used once.
int64_t steps_per_epoch(const tasks::Task& task, const config::TrainConfig& config);

/// Which examples of the training split each update uses.
batching::DataOrder training_order(const tasks::Task& task, const config::Experiment& experiment);

/// Loads the examples that `order` has for a step (from 0), at most `micro_batch` in a forward
/// pass.
StepBatches load_step(const tasks::Task& task, const batching::DataOrder& order, int64_t step,
                      int64_t micro_batch);

/// The same for given examples, all of one epoch.
StepBatches load_step(const tasks::Task& task, std::vector<int64_t> examples, int64_t epoch,
                      int64_t micro_batch);

/// Forward and backward over the micro-batches, the loss normalised by the weight of the whole
/// global batch, then one optimizer update. `step` counts from 1. Dropout and hashes are sampled
/// from (seed, step), so the update is a pure function of weights, moments, examples and step.
/// NonFiniteError, when the loss or the gradient norm is not finite, names step and examples;
/// weights are then unchanged.
StepResult training_step(torch::nn::Module& model, const tasks::Task& task,
                         const StepBatches& batches, Optimizer& optimizer, double lr, int64_t step,
                         const config::Experiment& experiment, c10::Device device);

}  // namespace yoso::train
