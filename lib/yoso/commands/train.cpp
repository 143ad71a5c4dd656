#include "yoso/commands/train.h"

#include <filesystem>
#include <iostream>

#include "yoso/commands/dry_run.h"
#include "yoso/commands/failure.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/report/curves.h"
#include "yoso/runtime/device.h"
#include "yoso/runtime/fmt.h"
#include "yoso/runtime/version.h"
#include "yoso/tasks/class_report.h"
#include "yoso/train/inherit.h"
#include "yoso/train/resume.h"
#include "yoso/train/settle_precision.h"
#include "yoso/train/trainer.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/format.h"
#include "yoso/util/path.h"
#include "yoso/util/stop_signal.h"

namespace yoso::commands {
namespace fs = std::filesystem;
namespace {

/// The experiment with an absolute path of its run folder, so that the run can be repeated from any
/// working directory.
tasks::ResolvedExperiment load_experiment(const TrainOptions& options) {
  const bool is_folder = fs::is_directory(options.config);
  const fs::path file = is_folder ? train::RunFiles(options.config).config() : options.config;
  const train::RunFiles around(fs::absolute(file).parent_path().string());
  const bool is_run = is_folder || (file.filename() == fs::path(around.config()).filename() &&
                                    fs::exists(around.checkpoints()));
  config::Tree tree = config::load(file.string(), options.overrides);
  if (options.resume && is_run) {
    // A run continues in the folder where it is now, even if it was moved.
    config::set(tree, "run.output", config::Tree::text(file.parent_path().string(), file.string()));
  }
  for (const Setting& setting : options.settings) {
    config::set(tree, setting.key, config::Tree::text(setting.value, setting.option));
  }
  tasks::ResolvedExperiment resolved =
      is_run ? tasks::resolve(tree) : train::resolve_experiment(tree);
  std::string& output = resolved.experiment.run.output;
  if (output.empty()) output = "runs/" + file.stem().string();
  output = absolute_path(output);
  train::settle_precision(resolved);
  return resolved;
}

void describe_run(const tasks::ResolvedExperiment& resolved, const tasks::Task& task,
                  c10::Device device, int threads, Log& log) {
  const config::Experiment& experiment = resolved.experiment;
  log.info(runtime::version_text());
  log.info(
      fmt::format("task {}: {} train, {} dev, {} test examples; attention {}; {}, {} threads, {}",
                  tasks::task_label(experiment.task), format_count(task.size(data::Split::train)),
                  format_count(task.size(data::Split::dev)),
                  format_count(task.size(data::Split::test)), tasks::attention_label(resolved),
                  device.str(), threads, config::to_text(experiment.train.precision)));
  train::warn_of_precision(experiment.train.precision, device, log);
  std::vector<data::Split> splits;
  for (const data::Split split : data::kSplits) {
    if (task.size(split) > 0) splits.push_back(split);
  }
  tasks::report_classes(task, splits, log);
}

/// Starts or resumes training in a locked run folder; all messages are also written to its log.txt.
int train_in(const train::RunFolder& run, const tasks::ResolvedExperiment& resolved,
             const TrainOptions& options, c10::Device device, int threads, Log& log) {
  if (run.occupied()) train::check_resumable(run.files(), resolved, log);
  const auto task = tasks::open_task(resolved, log);
  describe_run(resolved, *task, device, threads, log);
  train::Trainer trainer(resolved, *task, run, train::current_world(), device, log);
  if (options.resume) trainer.resume();
  trainer.initialise();
  if (trainer.finished() && train::is_complete(run.files(), trainer.step(), log)) {
    log.info(run.path() + ": the run is complete");
    return 0;
  }
  // From here on the folder holds a run; after an earlier error it can still be used for another.
  write_atomically(run.files().config(), config::to_yaml(resolved.tree()));
  const train::RunResult result = trainer.run();
  train::write_result(result, run.files().result());
  report::draw_curves(run.files().metrics(), run.files().curves(), result.metric);
  log.info((result.status == "complete" ? "done: " : "so far: ") + run.path());
  return result.status == "complete" ? 0 : 128 + stop_requested();
}

}  // namespace

int train_command(const TrainOptions& options) {
  const tasks::ResolvedExperiment resolved = load_experiment(options);
  if (!options.dump_config.empty()) {
    std::cout << config::to_yaml(options.dump_config == "full" ? resolved.tree()
                                                               : resolved.minimal_tree());
    return 0;
  }
  return train_resolved(resolved, options);
}

int train_resolved(const tasks::ResolvedExperiment& resolved, const TrainOptions& options) {
  const config::Experiment& experiment = resolved.experiment;
  watch_stop_signals();
  Log::Options log_options;
  log_options.quiet = options.quiet;
  Log log(log_options);
  train::current_world();  // throws for several processes, before anything is read
  const c10::Device device = runtime::choose_device(experiment.run.device);
  const int threads = runtime::set_threads(experiment.run.threads);
  if (options.dry_run) {
    const auto task = tasks::open_task(without_preparing(resolved), log);
    describe_run(resolved, *task, device, threads, log);
    dry_run(resolved, *task, device, options.resume, log);
    return 0;
  }

  const train::RunFolder run(experiment.run.output);
  if (run.occupied() && !options.resume) {
    throw UsageError(run.path() +
                     ": already holds a run; --resume continues it, --output DIR starts another");
  }
  log.attach(run.files().log());
  try {
    return train_in(run, resolved, options, device, threads, log);
  } catch (...) {
    // log.txt tells how the run ended, whatever ended it.
    const std::exception_ptr ended_by = std::current_exception();
    try {
      log.file_only(describe(ended_by).line());
    } catch (const SystemError&) {  // a full disk: the first failure is the one to report
    }
    std::rethrow_exception(ended_by);
  }
}

}  // namespace yoso::commands
