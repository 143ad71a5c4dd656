// Trainer: how far a run got.
#include <cmath>

#include "yoso/nn/multiply_adds.h"
#include "yoso/train/trainer.h"
#include "yoso/train/weights.h"
#include "yoso/util/format.h"
#include "yoso/util/resources.h"

namespace yoso::train {

std::optional<Evaluation> Trainer::score(data::Split split) {
  const EvaluationOptions options{.split = split,
                                  .batch_size = config_.eval_batch.value_or(config_.batch_size),
                                  .device = device_,
                                  .precision = config_.precision,
                                  .what = std::string("score ") + data::name(split),
                                  .by_length = config_.length_pool > 1,
                                  .drop_last = drops_last(config_, split)};
  auto evaluation = evaluate(*model_, task_, options, log_);
  tick();
  return evaluation;
}

bool Trainer::evaluate_dev() {
  if (task_.size(data::Split::dev) == 0) {
    state_.evaluated_step = state_.step;
    return true;
  }
  const auto evaluation = score(data::Split::dev);
  if (!evaluation) return false;
  recorder_->evaluation(state_, epoch(), data::Split::dev, *evaluation);
  const double score = evaluation->score(selection_.metric);
  const double gain = selection_.gain(score, state_.best_score);
  const bool improved = std::isfinite(score) && (!state_.best_step || gain > config_.min_delta);
  state_.evaluated_step = state_.step;
  state_.stale_evaluations = improved ? 0 : state_.stale_evaluations + 1;
  if (improved) {
    state_.best_step = state_.step;
    state_.best_score = score;
  }
  log_.info("step " + format_count(state_.step) + " · dev " + describe(*evaluation) +
            (improved ? " · best" : ""));
  if (saved_step_ == state_.step) save();  // the one made when a signal came knows nothing of this
  return true;
}

RunResult Trainer::complete() {
  if (state_.best_step && *state_.best_step != state_.step) {
    const std::string folder = checkpoints_.path(*state_.best_step);
    verify_checkpoint(folder);
    load_weights(read_model(folder), *model_, folder);
  }
  RunResult result = summary("complete");
  for (const auto& [split, into] :
       {std::pair(data::Split::dev, &result.dev), {data::Split::test, &result.test}}) {
    if (task_.size(split) == 0) continue;
    *into = score(split);
    if (!*into) return stop();
    log_.info(std::string("best step ") + format_count(state_.best_step.value_or(state_.step)) +
              " · " + data::name(split) + " " + describe(**into));
  }
  if (result.test) recorder_->evaluation(state_, epoch(), data::Split::test, *result.test);
  result.wall_seconds = state_.elapsed_seconds;
  result.peak_memory_bytes = peak_resident_bytes();
  return result;
}

RunResult Trainer::summary(const std::string& status) const {
  RunResult result;
  result.status = status;
  result.task = tasks::task_label(setup_.experiment.task);
  result.attention = attention_label(setup_);
  result.seed = setup_.experiment.run.seed;
  result.steps = state_.step;
  result.best_step = state_.best_step;
  result.metric = selection_.metric;
  const bool has_test = task_.size(data::Split::test) > 0;
  result.majority_rate = task_.majority_rate(has_test ? data::Split::test : data::Split::dev);
  result.parameters = count_parameters(*model_);
  const config::ModelConfig& model = setup_.experiment.model;
  result.multiply_adds = nn::encoder_multiply_adds(model, setup_.attention, model.max_length);
  if (state_.train_seconds > 0)
    result.tokens_per_second = static_cast<double>(state_.tokens) / state_.train_seconds;
  result.wall_seconds = state_.elapsed_seconds;
  result.peak_memory_bytes = peak_resident_bytes();
  result.version = state_.version;
  return result;
}

}  // namespace yoso::train
