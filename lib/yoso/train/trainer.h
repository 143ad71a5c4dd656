#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "yoso/batching/order.h"
#include "yoso/report/progress.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/evaluate.h"
#include "yoso/train/evaluation.h"
#include "yoso/train/optimizer.h"
#include "yoso/train/recorder.h"
#include "yoso/train/result.h"
#include "yoso/train/run_folder.h"
#include "yoso/train/schedule.h"
#include "yoso/train/step.h"
#include "yoso/train/world.h"
#include "yoso/util/log.h"

namespace yoso::train {

/// The training loop of all programs. Everything that decides what is learned is a function of the
/// configuration, the data and the step counter, so a run ends with bit-identical weights however
/// often it was interrupted.
class Trainer {
 public:
  Trainer(const tasks::ResolvedExperiment& resolved, const tasks::Task& task, const RunFolder& run,
          World world, c10::Device device, Log& log);

  /// Continues from the newest undamaged checkpoint, if there is one. Errors of newest_undamaged.
  void resume();

  /// Whether all updates are done, or training stopped early (train.patience).
  bool finished() const;

  /// Updates done so far.
  int64_t step() const { return state_.step; }

  /// Loads the weights of model.init_from, once and unless resumed; otherwise `run` does so. Errors
  /// of load_initial_weights.
  void initialise();

  /// Trains to the end, then scores dev and test with the best weights. On a stop signal it saves
  /// and returns a result of status "stopped". NonFiniteError of training_step.
  RunResult run();

 private:
  bool due(const TrainingDuration& every) const;
  double epoch() const;
  void tick();
  int64_t last_step() const;
  void update(const StepBatches& batches, report::Progress& progress);
  void record_diagnostics(const StepBatches& batches);
  bool evaluate_dev();  // false: a signal came midway; a resumed run repeats the evaluation
  void save();
  std::optional<Evaluation> score(data::Split split);
  RunResult stop();
  RunResult complete();
  RunResult summary(const std::string& status) const;

  const tasks::ResolvedExperiment& resolved_;
  const config::TrainConfig& config_;
  const tasks::Task& task_;
  const RunFolder& run_;
  Log& log_;
  c10::Device device_;
  batching::DataOrder order_;
  int64_t steps_per_epoch_;
  TrainingDuration duration_, eval_every_, save_every_;
  Schedule schedule_;
  Selection selection_;
  std::shared_ptr<torch::nn::Module> model_;
  Optimizer optimizer_;
  Checkpoints checkpoints_;
  std::optional<Recorder> recorder_;
  TrainState state_;
  bool initialised_ = false;
  std::optional<int64_t> saved_step_;
  std::chrono::steady_clock::time_point last_tick_;
};

}  // namespace yoso::train
