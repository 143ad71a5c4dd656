#include "yoso/train/dry_run.h"

#include <chrono>
#include <filesystem>

#include "yoso/tasks/byte_data.h"
#include "yoso/train/optimizer.h"
#include "yoso/train/restore.h"
#include "yoso/train/resume.h"
#include "yoso/train/schedule.h"
#include "yoso/train/selection.h"
#include "yoso/train/step.h"
#include "yoso/train/weights.h"
#include "yoso/util/format.h"
#include "yoso/util/resources.h"

namespace yoso::train {
namespace {

/// The weights and moments that the run would begin with.
void load_start(const Setup& setup, const tasks::Task& task, bool resume, torch::nn::Module& model,
                Optimizer& optimizer, Log& log) {
  const config::Experiment& experiment = setup.experiment;
  const std::string& run = experiment.run.output;
  if (resume) {
    if (std::filesystem::exists(run + "/config.yaml"))
      check_resumable(run + "/config.yaml", setup, log);
    const auto restored =
        newest_undamaged(Checkpoints(run + "/checkpoints"), task.fingerprint(), log);
    if (restored) {
      load_weights(read_model(restored->folder), model, restored->folder);
      optimizer.load(read_optimizer(restored->folder), restored->folder);
      return;
    }
  }
  if (!experiment.model.init_from.empty())
    load_initial_weights(experiment.model.init_from, model, log);
}

}  // namespace

Setup without_preparing(Setup setup) {
  config::Tree& task = setup.experiment.task;
  const config::Tree* folder = task.find("prepared");
  if (folder != nullptr && !tasks::is_prepared(folder->scalar))
    task["prepared"] = config::Tree::text("");
  return setup;
}

void dry_run(const Setup& setup, const tasks::Task& task, c10::Device device, bool resume,
             Log& log) {
  const config::Experiment& experiment = setup.experiment;
  const config::TrainConfig& train = experiment.train;
  const Schedule schedule(train, steps_per_epoch(task, train));
  selection(train, task);  // refuses a metric that there is not
  const auto model = make_model(setup, task, device);
  log.info(format_count(count_parameters(*model)) + " parameters");
  Optimizer optimizer(*model, train);
  load_start(setup, task, resume, *model, optimizer, log);
  const auto begin = std::chrono::steady_clock::now();
  const StepBatches batches = load_step(task, training_order(task, experiment), 0,
                                        train.micro_batch.value_or(train.batch_size));
  const StepResult done =
      training_step(*model, task, batches, optimizer, train.lr, /*step=*/1, experiment, device);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  log.info("one step: loss " + format_fixed(done.loss.mean(), 4) + ", gradient norm " +
           format_significant(done.grad_norm, 3) + ", " + format_count(done.tokens) +
           " tokens in " + format_duration(seconds) + ", peak memory " +
           format_bytes(peak_resident_bytes()));
  log.info("dry run: nothing was written");
}

}  // namespace yoso::train
