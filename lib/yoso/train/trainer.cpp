#include "yoso/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "yoso/batching/prefetch.h"
#include "yoso/config/write.h"
#include "yoso/nn/cost.h"
#include "yoso/nn/diagnostics.h"
#include "yoso/runtime/fmt.h"
#include "yoso/runtime/precision.h"
#include "yoso/runtime/version.h"
#include "yoso/serialization/weights.h"
#include "yoso/train/restore.h"
#include "yoso/util/format.h"
#include "yoso/util/resources.h"
#include "yoso/util/stop_signal.h"

namespace yoso::train {

Trainer::Trainer(const tasks::ResolvedExperiment& resolved, const tasks::Task& task,
                 const RunFolder& run, World world, c10::Device device, Log& log)
    : resolved_(resolved),
      config_(resolved.experiment.train),
      task_(task),
      run_(run),
      log_(log),
      device_(device),
      order_(training_order(task, resolved.experiment)),
      steps_per_epoch_(steps_per_epoch(task, config_)),
      duration_(config_.duration, steps_per_epoch_),
      eval_every_(config_.eval_every, steps_per_epoch_),
      save_every_(config_.save_every, steps_per_epoch_),
      schedule_(config_, steps_per_epoch_),
      selection_(selection(config_, task)),
      model_(tasks::make_model(resolved, task, device)),
      optimizer_(*model_, config_),
      checkpoints_(run.files().checkpoints()),
      last_tick_(std::chrono::steady_clock::now()) {
  state_.seed = resolved.experiment.run.seed;
  state_.world_size = world.size;
  state_.data_fingerprint = task.fingerprint();
  state_.version = runtime::version_text();
}

void Trainer::initialise() {
  const std::string& source = resolved_.experiment.model.init_from;
  if (source.empty() || initialised_ || saved_step_) return;
  load_initial_weights(source, *model_, task_.class_names(), log_);
  initialised_ = true;
}

void Trainer::resume() {
  checkpoints_.remove_leftovers();
  const auto restored = newest_undamaged(checkpoints_, state_.data_fingerprint, log_);
  if (!restored) {
    log_.info("no checkpoint yet: starting from step 0");
    return;
  }
  load_model(restored->folder, *model_);
  optimizer_.load(read_optimizer(restored->folder), restored->folder);
  state_ = restored->state;
  state_.version = runtime::version_text();
  saved_step_ = state_.step;
  checkpoints_.mark_best(state_.best_step);
  log_.info("resuming after step " + std::to_string(state_.step));
}

bool Trainer::finished() const {
  const bool stale =
      config_.patience > 0 && state_.evaluations_without_improvement >= config_.patience;
  return stale || (state_.step > 0 && duration_.reached(state_.position_now()));
}

bool Trainer::due(const TrainingDuration& every) const {
  return state_.step > 0 && every.passed(state_.position_before(), state_.position_now());
}

/// The number of updates; unlimited when the duration is not counted in updates.
int64_t Trainer::last_step() const {
  return duration_.counts_steps() ? static_cast<int64_t>(duration_.length())
                                  : std::numeric_limits<int64_t>::max();
}

double Trainer::epoch() const {
  return static_cast<double>(state_.position) / static_cast<double>(task_.size(data::Split::train));
}

void Trainer::tick() {
  const auto now = std::chrono::steady_clock::now();
  state_.elapsed_seconds += std::chrono::duration<double>(now - last_tick_).count();
  last_tick_ = now;
}

RunResult Trainer::run() {
  initialise();
  recorder_.emplace(run_.files(), state_, resolved_.experiment.run.tensorboard);
  {
    const auto load = [this](int64_t step) {
      StepBatches batches =
          load_step(task_, order_, step, config_.micro_batch.value_or(config_.batch_size));
      if (device_.is_cuda())
        for (batching::Batch& batch : batches.micro) batch = batch.pinned();
      return batches;
    };
    batching::Prefetcher<StepBatches> batches(load, state_.step, last_step());
    report::Progress progress(log_,
                              {.what = "train",
                               .total = static_cast<int64_t>(duration_.length()),
                               .unit = duration_.unit(),
                               .start = static_cast<int64_t>(duration_.at(state_.position_now()))});
    while (true) {
      if (stop_requested() != 0) return stop();
      if ((due(eval_every_) || finished()) && state_.evaluated_step != state_.step) {
        if (!evaluate_dev()) continue;
      }
      const bool improved = state_.best_step == state_.step;
      if ((improved || finished() || due(save_every_)) && saved_step_ != state_.step) save();
      if (finished()) break;
      update(batches.next(), progress);
    }
    progress.finish();
  }
  return complete();
}

void Trainer::update(const StepBatches& batches, report::Progress& progress) {
  const auto begin = std::chrono::steady_clock::now();
  const int64_t step = state_.step + 1;
  const TrainingPosition before = state_.position_now();
  // The time of this update is not known yet; it is assumed to be that of the last one.
  const TrainingPosition after{step, before.tokens + batches.tokens(),
                               2 * before.seconds - state_.seconds_before};
  state_.lr = schedule_.rate(before, after);
  if (const auto beta1 = schedule_.beta1(before, after)) optimizer_.set_beta1(*beta1);
  const StepResult done = training_step(*model_, task_, batches, optimizer_, state_.lr, step,
                                        resolved_.experiment, device_);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  state_.step = step;
  state_.position += static_cast<int64_t>(batches.examples.size());
  state_.tokens += done.tokens;
  state_.train_seconds += seconds;
  state_.window.loss += done.loss;
  state_.window.tokens += done.tokens;
  state_.window.padded_tokens += done.padded_tokens;
  state_.window.seconds += seconds;
  tick();
  state_.tokens_before = before.tokens;
  state_.seconds_before = before.seconds;
  state_.update_seconds = state_.elapsed_seconds;
  progress.update(static_cast<int64_t>(duration_.at(state_.position_now())), [&] {
    const double padding =
        1 - static_cast<double>(done.tokens) / static_cast<double>(done.padded_tokens);
    return fmt::format("{}loss {} · lr {} · {} tokens/s{}",
                       duration_.counts_steps() ? "" : "step " + format_count(step) + " · ",
                       format_fixed(done.loss.mean(), 3), format_significant(state_.lr, 3),
                       format_short(static_cast<double>(done.tokens) / seconds),
                       padding > 0 ? " · padding " + format_percent(padding) : "");
  });
  if (step % resolved_.experiment.run.log_every == 0 || duration_.reached(state_.position_now())) {
    recorder_->train(state_, epoch(), done.grad_norm);
    state_.window = {};
  }
  const int64_t every = resolved_.experiment.run.diagnostics_every;
  if (every > 0 && step % every == 0) record_diagnostics(batches);
}

void Trainer::record_diagnostics(const StepBatches& batches) {
  const auto examples =
      std::span(batches.examples)
          .first(std::min(batches.examples.size(),
                          static_cast<size_t>(resolved_.experiment.run.diagnostics_rows)));
  const batching::Batch probe =
      task_.batch(data::Split::train, examples, order_.epoch(state_.step - 1), 0).to(device_);
  const auto layers = nn::diagnose(*model_, [&] {
    const runtime::AutocastGuard autocast(config_.precision, device_.type());
    return task_.forward(*model_, probe, nullptr).loss_sum;
  });
  recorder_->diagnostics(state_, epoch(), layers);
  tick();
}

void Trainer::save() {
  recorder_->sync();  // records up to this step are on the disk before the checkpoint is
  checkpoints_.save({state_, config::to_yaml(resolved_.tree()),
                     serialization::named_tensors(*model_), optimizer_.state()});
  checkpoints_.mark_best(state_.best_step);
  checkpoints_.prune(config_.keep_last);
  saved_step_ = state_.step;
}

RunResult Trainer::stop() {
  if (saved_step_ != state_.step) save();
  log_.info(std::string("stopped by ") + signal_name(stop_requested()) + " after step " +
            format_count(state_.step) + "; saved: --resume continues from here");
  return summary("stopped");
}

std::optional<Evaluation> Trainer::score(data::Split split) {
  const EvaluationOptions options{.split = split,
                                  .batch_size = config_.eval_batch.value_or(config_.batch_size),
                                  .device = device_,
                                  .precision = config_.precision,
                                  .what = std::string("score ") + data::name(split),
                                  .by_length = config_.bucket_batches > 1,
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
  state_.evaluations_without_improvement =
      improved ? 0 : state_.evaluations_without_improvement + 1;
  if (improved) {
    state_.best_step = state_.step;
    state_.best_score = score;
  }
  log_.info("step " + format_count(state_.step) + " · dev " + describe(*evaluation) +
            (improved ? " · best" : ""));
  // A checkpoint of this step, saved when a signal came, lacks this evaluation.
  if (saved_step_ == state_.step) save();
  return true;
}

RunResult Trainer::complete() {
  if (state_.best_step && *state_.best_step != state_.step) {
    const std::string folder = checkpoints_.path(*state_.best_step);
    verify_checkpoint(folder);
    load_model(folder, *model_);
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
  result.task = tasks::task_label(resolved_.experiment.task);
  result.attention = tasks::attention_label(resolved_);
  result.seed = resolved_.experiment.run.seed;
  result.precision = config::to_text(config_.precision);
  result.steps = state_.step;
  result.best_step = state_.best_step;
  result.metric = selection_.metric;
  const bool has_test = task_.size(data::Split::test) > 0;
  result.majority_rate = task_.majority_rate(has_test ? data::Split::test : data::Split::dev);
  result.parameters = nn::count_parameters(*model_);
  const config::ModelConfig& model = resolved_.experiment.model;
  result.multiply_adds = nn::encoder_multiply_adds(model, resolved_.attention, model.max_length);
  if (state_.train_seconds > 0)
    result.tokens_per_second = static_cast<double>(state_.tokens) / state_.train_seconds;
  result.wall_seconds = state_.elapsed_seconds;
  result.peak_memory_bytes = peak_resident_bytes();
  result.version = state_.version;
  return result;
}

}  // namespace yoso::train
