#include "yoso/commands/dry_run.h"

#include <chrono>

#include "yoso/nn/cost.h"
#include "yoso/tasks/prepared/folder.h"
#include "yoso/train/evaluation.h"
#include "yoso/train/optimizer.h"
#include "yoso/train/restore.h"
#include "yoso/train/resume.h"
#include "yoso/train/saved_run.h"
#include "yoso/train/schedule.h"
#include "yoso/train/step.h"
#include "yoso/util/format.h"
#include "yoso/util/resources.h"

namespace yoso::commands {
namespace {

/// Loads the weights and moments that the run would begin with.
void load_start(const tasks::ResolvedExperiment& resolved, const tasks::Task& task, bool resume,
                torch::nn::Module& model, train::Optimizer& optimizer, Log& log) {
  const config::Experiment& experiment = resolved.experiment;
  const train::RunFiles run(experiment.run.output);
  if (resume) {
    if (train::SavedRun::is_one(run.folder())) train::check_resumable(run, resolved, log);
    const auto restored =
        train::newest_undamaged(train::Checkpoints(run.checkpoints()), task.fingerprint(), log);
    if (restored) {
      train::load_model(restored->folder, model);
      optimizer.load(train::read_optimizer(restored->folder), restored->folder);
      return;
    }
  }
  if (!experiment.model.init_from.empty())
    train::load_initial_weights(experiment.model.init_from, model, task.class_names(), log);
}

}  // namespace

tasks::ResolvedExperiment without_preparing(tasks::ResolvedExperiment resolved) {
  config::Tree& task = resolved.experiment.task;
  const config::Tree* folder = task.find("prepared");
  if (folder != nullptr && !tasks::is_prepared(folder->scalar))
    task["prepared"] = config::Tree::text("");
  return resolved;
}

void dry_run(const tasks::ResolvedExperiment& resolved, const tasks::Task& task, c10::Device device,
             bool resume, Log& log) {
  const config::Experiment& experiment = resolved.experiment;
  const config::TrainConfig& train = experiment.train;
  const train::Schedule schedule(train, train::steps_per_epoch(task, train));
  train::selection(train, task);  // throws for an unknown metric
  const auto model = tasks::make_model(resolved, task, device);
  log.info(format_count(nn::count_parameters(*model)) + " parameters");
  train::Optimizer optimizer(*model, train);
  load_start(resolved, task, resume, *model, optimizer, log);
  const auto begin = std::chrono::steady_clock::now();
  const train::StepBatches batches =
      train::load_step(task, train::training_order(task, experiment), 0,
                       train.micro_batch.value_or(train.batch_size));
  const train::StepResult done = train::training_step(*model, task, batches, optimizer, train.lr,
                                                      /*step=*/1, experiment, device);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  log.info("one step: loss " + format_fixed(done.loss.mean(), 4) + ", gradient norm " +
           format_significant(done.grad_norm, 3) + ", " + format_count(done.tokens) +
           " tokens in " + format_duration(seconds) + ", peak memory " +
           format_bytes(peak_resident_bytes()));
  log.info("dry run: nothing was written");
}

}  // namespace yoso::commands
