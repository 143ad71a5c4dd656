#include "yoso/train/step.h"

#include <ATen/Context.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "yoso/runtime/precision.h"
#include "yoso/util/error.h"
#include "yoso/util/random.h"

namespace yoso::train {
namespace {

std::string example_text(const std::vector<int64_t>& examples) {
  constexpr size_t kShown = 8;
  std::string text;
  for (size_t i = 0; i < std::min(examples.size(), kShown); ++i)
    text += (i > 0 ? ", " : "") + std::to_string(examples[i]);
  if (examples.size() > kShown) text += ", … (" + std::to_string(examples.size()) + " examples)";
  return text;
}

void check_finite(double value, const char* what, int64_t step,
                  const std::vector<int64_t>& examples) {
  if (std::isfinite(value)) return;
  throw NonFiniteError(std::string(what) + " is " + (std::isnan(value) ? "nan" : "inf") +
                       " at step " + std::to_string(step) + ", batch of train examples " +
                       example_text(examples) +
                       "; try a smaller train.lr, a longer train.warmup or train.clip_norm");
}

/// The part of the global loss that a micro-batch adds: its sums divided by the weights of the
/// whole global batch.
at::Tensor part_of_loss(const tasks::Output& output, const LossSums& global) {
  at::Tensor loss = output.loss_sum / static_cast<double>(global.weight);
  if (output.auxiliary_loss_sum.defined()) {
    loss = loss + output.auxiliary_loss_sum / static_cast<double>(global.auxiliary_weight);
  }
  return loss;
}

/// A sum over micro-batches that stays on their device.
void add(at::Tensor& sum, const at::Tensor& value) {
  const at::Tensor wide = value.detach().to(at::kDouble);
  sum = sum.defined() ? sum + wide : wide;
}

/// Forward and backward of all micro-batches. `result` has the weights of the global batch; the
/// sums are added to it.
void forward_backward(torch::nn::Module& model, const tasks::Task& task, const StepBatches& batches,
                      int64_t step, const config::Experiment& experiment, c10::Device device,
                      StepResult& result) {
  const runtime::KeptCasts kept_casts;
  at::Tensor sum, auxiliary_sum;
  for (const batching::Batch& batch : batches.micro) {
    const batching::Batch moved = batch.to(device);
    tasks::Output output;
    {
      const runtime::AutocastGuard autocast(experiment.train.precision, device.type());
      const nn::HashSeed hash_seed{static_cast<uint64_t>(experiment.run.seed), step, moved.rows};
      output = task.forward(model, moved, &hash_seed);
    }
    part_of_loss(output, result.loss).backward();
    add(sum, output.loss_sum);
    if (output.auxiliary_loss_sum.defined()) add(auxiliary_sum, output.auxiliary_loss_sum);
    result.tokens += batch.tokens;
    result.padded_tokens += batch.input_ids.numel();
  }
  result.loss.sum = sum.item<double>();
  if (auxiliary_sum.defined()) result.loss.auxiliary_sum = auxiliary_sum.item<double>();
}

/// Appends the examples [begin, end) of `batches`, all of one epoch, as micro-batches. What is
/// sampled for an example depends on its epoch.
void add_examples(const tasks::Task& task, int64_t begin, int64_t end, int64_t epoch,
                  int64_t micro_batch, StepBatches& batches) {
  const std::span<const int64_t> examples(batches.examples);
  for (; begin < end; begin += micro_batch) {
    const int64_t count = std::min(end - begin, micro_batch);
    batches.micro.push_back(
        task.batch(data::Split::train, examples.subspan(begin, count), epoch, begin));
  }
}

}  // namespace

int64_t StepBatches::tokens() const {
  int64_t tokens = 0;
  for (const batching::Batch& batch : micro) tokens += batch.tokens;
  return tokens;
}

int64_t steps_per_epoch(const tasks::Task& task, const config::TrainConfig& config) {
  return (task.size(data::Split::train) + config.batch_size - 1) / config.batch_size;
}

batching::DataOrder training_order(const tasks::Task& task, const config::Experiment& experiment) {
  const config::TrainConfig& train = experiment.train;
  return batching::DataOrder(static_cast<uint64_t>(experiment.run.seed),
                             task.size(data::Split::train), train.batch_size,
                             task.lengths(data::Split::train), train.bucket_batches);
}

StepBatches load_step(const tasks::Task& task, const batching::DataOrder& order, int64_t step,
                      int64_t micro_batch) {
  StepBatches batches;
  batches.examples = order.rows(step);
  const auto examples = static_cast<int64_t>(batches.examples.size());
  for (int64_t begin = 0, end = 0; begin < examples; begin = end) {
    const int64_t epoch = order.epoch(step, begin);
    while (end < examples && order.epoch(step, end) == epoch) ++end;
    add_examples(task, begin, end, epoch, micro_batch, batches);
  }
  return batches;
}

StepBatches load_step(const tasks::Task& task, std::vector<int64_t> examples, int64_t epoch,
                      int64_t micro_batch) {
  StepBatches batches;
  batches.examples = std::move(examples);
  add_examples(task, 0, static_cast<int64_t>(batches.examples.size()), epoch, micro_batch, batches);
  return batches;
}

StepResult training_step(torch::nn::Module& model, const tasks::Task& task,
                         const StepBatches& batches, Optimizer& optimizer, double lr, int64_t step,
                         const config::Experiment& experiment, c10::Device device) {
  const auto seed = static_cast<uint64_t>(experiment.run.seed);
  model.train();
  optimizer.zero_grad();
  // Reseeding at every step makes the step counter the whole state of dropout's generator.
  at::manual_seed(RandomStream(seed, "dropout", static_cast<uint64_t>(step))());

  StepResult result;
  for (const batching::Batch& batch : batches.micro) {
    result.loss.weight += batch.weight;
    result.loss.auxiliary_weight += batch.auxiliary_weight;
  }
  // 0 when all examples are too short for a masked token: the update learns nothing from them.
  result.loss.weight = std::max<int64_t>(result.loss.weight, 1);
  forward_backward(model, task, batches, step, experiment, device, result);
  check_finite(result.loss.mean(), "the loss", step, batches.examples);
  result.grad_norm = optimizer.clip(experiment.train.clip_norm);
  check_finite(result.grad_norm, "the gradient norm", step, batches.examples);
  optimizer.step(lr);
  return result;
}

}  // namespace yoso::train
