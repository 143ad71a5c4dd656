#include "yoso/commands/train.h"

#include <filesystem>
#include <iostream>

#include "yoso/commands/dry_run.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/report/curves.h"
#include "yoso/runtime/device.h"
#include "yoso/runtime/version.h"
#include "yoso/train/resume.h"
#include "yoso/train/trainer.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/format.h"
#include "yoso/util/stop_signal.h"

namespace yoso::commands {
namespace fs = std::filesystem;
namespace {

/// The experiment with its run folder decided and absolute, so that the run can be repeated from
/// anywhere.
train::Setup load_setup(const TrainOptions& options) {
  const bool is_folder = fs::is_directory(options.config);
  const fs::path file =
      is_folder ? fs::path(options.config) / "config.yaml" : fs::path(options.config);
  const bool is_run = is_folder || (file.filename() == "config.yaml" &&
                                    fs::exists(file.parent_path() / "checkpoints"));
  config::Tree tree = config::load(file.string(), options.overrides);
  if (options.resume && is_run) {
    // A run continues in the folder where it is now, wherever it was made.
    config::set(tree, "run.output", config::Tree::text(file.parent_path().string(), file.string()));
  }
  for (const Setting& setting : options.settings) {
    config::set(tree, setting.key, config::Tree::text(setting.value, setting.option));
  }
  train::Setup setup = is_run ? train::resolve_saved(tree) : train::resolve_setup(tree);
  std::string& output = setup.experiment.run.output;
  if (output.empty()) output = "runs/" + file.stem().string();
  output = fs::absolute(output).lexically_normal().string();
  return setup;
}

void describe_run(const train::Setup& setup, const tasks::Task& task, c10::Device device,
                  int threads, Log& log) {
  const config::Experiment& experiment = setup.experiment;
  log.info(runtime::version_text());
  log.info("task " + tasks::task_label(experiment.task) + ": " +
           format_count(task.size(data::Split::train)) + " train, " +
           format_count(task.size(data::Split::dev)) + " dev, " +
           format_count(task.size(data::Split::test)) + " test rows; attention " +
           train::attention_label(setup) + "; " + device.str() + ", " + std::to_string(threads) +
           " threads, " + config::to_text(experiment.train.precision));
}

/// One sitting in a run folder that is ours; everything said from here on is in its log.txt.
int train_in(const train::RunFolder& run, const train::Setup& setup, const TrainOptions& options,
             c10::Device device, int threads, Log& log) {
  if (run.occupied()) train::check_resumable(run.file("config.yaml"), setup, log);
  const auto task = train::open_task(setup, log);
  describe_run(setup, *task, device, threads, log);
  train::Trainer trainer(setup, *task, run, train::current_world(), device, log);
  if (options.resume) trainer.resume();
  trainer.initialise();
  if (trainer.finished() && train::is_complete(run, trainer.step(), log)) {
    log.info(run.path() + ": the run is complete");
    return 0;
  }
  // From here on the folder holds a run; a mistake before left it free for another try.
  write_atomically(run.file("config.yaml"), config::to_yaml(setup.tree()));
  const train::RunResult result = trainer.run();
  train::write_result(result, run.file("result.json"));
  report::draw_curves(run.path(), result.metric);
  log.info((result.status == "complete" ? "done: " : "so far: ") + run.path());
  return result.status == "complete" ? 0 : 128 + stop_requested();
}

}  // namespace

int train_command(const TrainOptions& options) {
  const train::Setup setup = load_setup(options);
  if (!options.dump_config.empty()) {
    std::cout << config::to_yaml(options.dump_config == "full" ? setup.tree()
                                                               : setup.minimal_tree());
    return 0;
  }
  return train_setup(setup, options);
}

int train_setup(const train::Setup& setup, const TrainOptions& options) {
  const config::Experiment& experiment = setup.experiment;
  watch_stop_signals();
  Log::Options log_options;
  log_options.quiet = options.quiet;
  Log log(log_options);
  train::current_world();  // refuses what it cannot serve before anything is read
  const c10::Device device = runtime::choose_device(experiment.run.device);
  const int threads = runtime::set_threads(experiment.run.threads);
  if (options.dry_run) {
    const auto task = train::open_task(without_preparing(setup), log);
    describe_run(setup, *task, device, threads, log);
    dry_run(setup, *task, device, options.resume, log);
    return 0;
  }

  const train::RunFolder run(experiment.run.output);
  if (run.occupied() && !options.resume) {
    throw UsageError(run.path() +
                     ": already holds a run; --resume continues it, --output DIR starts another");
  }
  log.attach(run.file("log.txt"));
  try {
    return train_in(run, setup, options, device, threads, log);
  } catch (const StoppedError& stopped) {
    log.file_only(stopped.what());
    throw;
  } catch (const Error& error) {
    log.file_only(std::string("error: ") + error.what());
    throw;
  }
}

}  // namespace yoso::commands
