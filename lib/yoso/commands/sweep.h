#pragma once

#include <string>
#include <vector>

namespace yoso::commands {

/// The options of `PROGRAM sweep`.
struct SweepOptions {
  std::string config;                  // a sweep file, see commands/sweep_plan.h
  std::vector<std::string> overrides;  // a.b=value for every experiment
  bool dry_run = false;                // list the runs and their state, train none
  bool quiet = false;
};

/// Trains every run of a sweep that is not complete, one after the other; interrupted runs
/// continue. A run that another process has locked is left to it, so that several can work on one
/// sweep. A run whose loss became NaN or infinite is marked by diverged.txt in its folder and
/// skipped from then on. A run that fails (its data is damaged, the memory too small) is told, and
/// the others are trained. Returns 0, the exit code of the first failure, 4 when runs diverged, or
/// 128 + n when signal n stopped it. UsageError, before anything is trained, when an experiment is
/// wrong or a run there was made with other settings.
int sweep_command(const SweepOptions& options);

}  // namespace yoso::commands
