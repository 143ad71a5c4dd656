#pragma once

#include <string>
#include <vector>

#include "yoso/tasks/resolved_experiment.h"

namespace yoso::commands {

/// An option such as `--seed 3`: the key of the configuration, its value and the option's name.
struct Setting {
  std::string key, value, option;
};

/// The options of `PROGRAM train`.
struct TrainOptions {
  std::string config;                  // an experiment file, or a run folder (its config.yaml)
  std::vector<std::string> overrides;  // a.b=value, in order
  std::vector<Setting> settings;       // options that set one key, such as --output
  bool resume = false;
  bool dry_run = false;
  std::string dump_config;  // "full" or "minimal": print the configuration; empty: train
  bool quiet = false;
};

/// Trains one experiment into its run folder (default `runs/NAME` after the file's name). Returns
/// 0, or 128 + n when signal n stopped the run after saving. UsageError: a wrong configuration, or
/// a folder that already holds a run. DataError: wrong data or a damaged checkpoint.
/// NonFiniteError: the loss became NaN or infinite. SystemError: files cannot be written.
int train_command(const TrainOptions& options);

/// The same for a resolved experiment whose run folder is an absolute path; of the options only
/// resume, dry_run and quiet are used.
int train_resolved(const tasks::ResolvedExperiment& resolved, const TrainOptions& options);

}  // namespace yoso::commands
