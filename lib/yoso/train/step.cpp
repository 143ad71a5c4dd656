#include "yoso/train/step.h"

#include <ATen/Context.h>

#include <algorithm>
#include <cmath>

#include "yoso/train/precision.h"
#include "yoso/util/error.h"
#include "yoso/util/random.h"

namespace yoso::train {
namespace {

void check_finite(double value, const char* what, int64_t step) {
  if (std::isfinite(value)) return;
  throw NonFiniteError(std::string(what) + " is " + (std::isnan(value) ? "nan" : "inf") + " at step " +
                       std::to_string(step));
}

}  // namespace

StepResult training_step(torch::nn::Module& model, const tasks::Task& task, const std::vector<data::Batch>& micro_batches,
                         Optimizer& optimizer, double lr, int64_t step, const config::Experiment& experiment,
                         c10::Device device) {
  const auto seed = static_cast<uint64_t>(experiment.run.seed);
  model.train();
  optimizer.zero_grad();
  // Reseeding at every step makes the step counter the whole state of dropout's generator.
  at::manual_seed(RandomStream(seed, "dropout", static_cast<uint64_t>(step))());

  StepResult result;
  for (const data::Batch& batch : micro_batches) result.weight += batch.weight;
  for (const data::Batch& batch : micro_batches) {
    const data::Batch moved = batch.to(device);
    at::Tensor loss;
    {
      const AutocastGuard autocast(experiment.train.precision, device.type());
      const nn::HashDraw draw{seed, step, moved.rows};
      loss = task.forward(model, moved, &draw).loss_sum;
    }
    (loss / static_cast<double>(result.weight)).backward();
    result.loss_sum += loss.item<double>();
    result.tokens += batch.tokens;
  }
  check_finite(result.loss_sum, "the loss", step);
  result.grad_norm = optimizer.clip(experiment.train.clip_norm);
  check_finite(result.grad_norm, "the gradient norm", step);
  optimizer.step(lr);
  return result;
}

}  // namespace yoso::train
