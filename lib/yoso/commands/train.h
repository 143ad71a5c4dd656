#pragma once

#include <string>
#include <vector>

#include "yoso/tasks/resolved_experiment.h"

namespace yoso::commands {

/// `--seed 3`: a key of the configuration, the text for it and the option it came from.
struct Setting {
  std::string key, value, option;
};

/// What `PROGRAM train` was asked for.
struct TrainOptions {
  std::string config;                  // an experiment file, or a run folder (its config.yaml)
  std::vector<std::string> overrides;  // a.b=value, in order
  std::vector<Setting> settings;       // options with a key of their own, such as --output
  bool resume = false;
  bool dry_run = false;
  std::string dump_config;  // "full", "minimal"; empty: train
  bool quiet = false;
};

/// Trains one experiment into its run folder (default `runs/NAME` after the file's name). Returns
/// 0, or 128 + n when signal n stopped the run after saving. Throws Error for everything that is
/// the user's or the machine's fault.
int train_command(const TrainOptions& options);

/// The same for an experiment that is resolved already, its run folder absolute; of the options
/// only resume, dry_run and quiet count.
int train_resolved(const tasks::ResolvedExperiment& resolved, const TrainOptions& options);

}  // namespace yoso::commands
