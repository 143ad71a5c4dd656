#include "yoso/commands/sweep.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "yoso/commands/sweep_plan.h"
#include "yoso/commands/train.h"
#include "yoso/report/table.h"
#include "yoso/results/collect_runs.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/inherit.h"
#include "yoso/train/resume.h"
#include "yoso/train/saved_run.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/folder_lock.h"
#include "yoso/util/format.h"
#include "yoso/util/stop_signal.h"

namespace yoso::commands {

namespace fs = std::filesystem;

namespace {

enum class State { waiting, begun, complete, diverged };

struct Prepared {
  std::string folder;
  tasks::ResolvedExperiment resolved;
};

/// Whether a finished run was trained for the duration that the sweep asks for now.
bool as_long(const train::SavedRun& run, const tasks::ResolvedExperiment& resolved) {
  const config::Tree saved = run.config(), now = resolved.tree();
  const std::vector<const char*> keys = {"duration", "patience", "min_delta"};
  return std::all_of(keys.begin(), keys.end(), [&](const char* key) {
    return results::setting(saved, "train", key) == results::setting(now, "train", key);
  });
}

State state_of(const Prepared& prepared) {
  if (fs::exists(train::RunFiles(prepared.folder).diverged())) return State::diverged;
  if (!train::SavedRun::is_one(prepared.folder)) return State::waiting;
  const train::SavedRun run(prepared.folder);
  try {
    const auto result = run.result();
    const bool complete = result && result->status == "complete";
    return complete && as_long(run, prepared.resolved) ? State::complete : State::begun;
  } catch (const DataError&) {
    return State::begun;  // a damaged result is written again from the checkpoints
  }
}

const char* name(State state) {
  switch (state) {
    case State::waiting:
      return "waiting";
    case State::begun:
      return "begun";
    case State::complete:
      return "complete";
    default:
      return "diverged";
  }
}

/// All runs, resolved; a wrong one is reported before anything is trained.
std::vector<Prepared> resolve_all(const Sweep& sweep) {
  Log quiet({.quiet = true});
  std::vector<Prepared> runs;
  for (const SweepRun& run : sweep.runs) {
    runs.push_back({run.folder, train::resolve_experiment(run.experiment)});
    if (train::SavedRun::is_one(run.folder))
      train::check_resumable(train::RunFiles(run.folder), runs.back().resolved, quiet);
  }
  return runs;
}

void list_runs(const std::vector<Prepared>& runs) {
  report::Table table({"run", "task", "attention", "seed", "state"});
  for (const Prepared& run : runs) {
    table.add({run.folder, tasks::task_label(run.resolved.experiment.task),
               tasks::attention_label(run.resolved),
               std::to_string(run.resolved.experiment.run.seed), name(state_of(run))});
  }
  std::cout << table.text();
}

}  // namespace

int sweep_command(const SweepOptions& options) {
  const Sweep sweep = read_sweep(options.config, options.overrides);
  const std::vector<Prepared> runs = resolve_all(sweep);
  if (options.dry_run) {
    list_runs(runs);
    return 0;
  }
  Log log({.quiet = options.quiet});
  int64_t diverged = 0, left = 0, number = 0;
  for (const Prepared& run : runs) {
    const std::string of = format_count(++number) + "/" +
                           format_count(static_cast<int64_t>(runs.size())) + " " + run.folder;
    const State state = state_of(run);
    if (state == State::complete || state == State::diverged) {
      log.info("sweep " + of + ": " + name(state));
      diverged += state == State::diverged;
      continue;
    }
    log.info("sweep " + of);
    TrainOptions train;
    train.resume = true;
    train.quiet = options.quiet;
    try {
      if (const int code = train_resolved(run.resolved, train); code != 0) return code;
    } catch (const InUseError&) {
      ++left;
      log.info("sweep " + of + ": another process works on it");
    } catch (const NonFiniteError& error) {
      ++diverged;
      write_atomically(train::RunFiles(run.folder).diverged(), std::string(error.what()) + "\n");
      log.warn(run.folder + ": " + error.what());
    }
  }
  const auto total = static_cast<int64_t>(runs.size());
  log.info("sweep: " + format_count(total - diverged - left) + " of " + format_count(total) +
           " runs complete" + (diverged > 0 ? ", " + format_count(diverged) + " diverged" : "") +
           (left > 0 ? ", " + format_count(left) + " left to other processes" : "") + ": " +
           sweep.output);
  return diverged > 0 ? static_cast<int>(ExitCode::non_finite) : 0;
}

}  // namespace yoso::commands
