#pragma once

#include <string>
#include <vector>

namespace yoso::commands {

/// What `PROGRAM sweep` was asked for.
struct SweepOptions {
  std::string config;                  // a sweep file, see sweep.h
  std::vector<std::string> overrides;  // a.b=value for every experiment
  bool dry_run = false;                // list the runs and their state, train none
  bool quiet = false;
};

/// Trains every run of a sweep that is not complete, one after the other; interrupted ones
/// continue. A run that another process holds is left to it, so that several may work on one sweep.
/// A run whose loss became NaN or infinite is noted in its folder (diverged.txt) and passed over
/// from then on. Returns 0, 4 when runs diverged, or 128 + n when signal n stopped it. UsageError,
/// before anything is trained, when an experiment is wrong or a run there was made with other
/// settings.
int sweep_command(const SweepOptions& options);

}  // namespace yoso::commands
