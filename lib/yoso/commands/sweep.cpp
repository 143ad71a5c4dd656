#include "yoso/commands/sweep.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>
#include <utility>
#include <vector>

#include "yoso/commands/failure.h"
#include "yoso/commands/sweep_plan.h"
#include "yoso/commands/train.h"
#include "yoso/report/table.h"
#include "yoso/results/collect_runs.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/inherit.h"
#include "yoso/train/resume.h"
#include "yoso/train/saved_run.h"
#include "yoso/train/settle_precision.h"
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
  std::optional<Failure> failure;  // of its data: it cannot be resolved, the others can
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

/// All runs, resolved; a wrong configuration is reported before anything is trained.
std::vector<Prepared> resolve_all(const Sweep& sweep) {
  Log quiet({.quiet = true});
  std::vector<Prepared> runs;
  for (const SweepRun& run : sweep.runs) {
    runs.push_back({run.folder, {}, {}});
    try {
      runs.back().resolved = train::resolve_experiment(run.experiment);
    } catch (const DataError&) {
      runs.back().failure = describe(std::current_exception());
      continue;
    }
    train::settle_precision(runs.back().resolved);
    if (train::SavedRun::is_one(run.folder))
      train::check_resumable(train::RunFiles(run.folder), runs.back().resolved, quiet);
  }
  return runs;
}

void list_runs(const std::vector<Prepared>& runs) {
  report::Table table({"run", "task", "attention", "seed", "state"});
  for (const Prepared& run : runs) {
    if (run.failure) {
      table.add({run.folder, "", "", "", "failed: " + run.failure->message});
      continue;
    }
    table.add({run.folder, tasks::task_label(run.resolved.experiment.task),
               tasks::attention_label(run.resolved),
               std::to_string(run.resolved.experiment.run.seed), name(state_of(run))});
  }
  std::cout << table.text();
}

/// How the runs of a sweep ended that did not complete.
struct Counts {
  int64_t diverged = 0, left = 0;
  std::vector<std::pair<std::string, Failure>> failed;  // by folder

  void report(int64_t total, const std::string& output, Log& log) const {
    const auto count_failed = static_cast<int64_t>(failed.size());
    const auto some = [](int64_t count, const char* what) {
      return count > 0 ? ", " + format_count(count) + what : std::string();
    };
    log.info("sweep: " + format_count(total - diverged - left - count_failed) + " of " +
             format_count(total) + " runs complete" + some(diverged, " diverged") +
             some(left, " left to other processes") + some(count_failed, " failed") + ": " +
             output);
    for (const auto& [folder, failure] : failed)
      log.warn("failed: " + folder + ": " + failure.message);
  }

  /// Of the first failure; else whether a run diverged.
  int exit_code() const {
    if (!failed.empty()) return static_cast<int>(failed.front().second.code);
    return diverged > 0 ? static_cast<int>(ExitCode::non_finite) : 0;
  }
};

/// Trains a run of the sweep, or counts how it ended; what is wrong with one is no reason to leave
/// out the others. Not 0 where a signal ended it.
int train_one(const Prepared& run, const std::string& of, const SweepOptions& options,
              Counts& counts, Log& log) {
  const auto fail = [&](const Failure& failure) {
    counts.failed.emplace_back(run.folder, failure);
    log.warn(of + ": " + failure.message);
    return 0;
  };
  if (run.failure) return fail(*run.failure);
  const State state = state_of(run);
  if (state == State::complete || state == State::diverged) {
    log.info(of + ": " + name(state));
    counts.diverged += state == State::diverged;
    return 0;
  }
  log.info(of);
  TrainOptions train;
  train.resume = true;
  train.quiet = options.quiet;
  try {
    return train_resolved(run.resolved, train);
  } catch (const InUseError&) {
    ++counts.left;
    log.info(of + ": another process works on it");
  } catch (const NonFiniteError& error) {
    ++counts.diverged;
    write_atomically(train::RunFiles(run.folder).diverged(), std::string(error.what()) + "\n");
    log.warn(run.folder + ": " + error.what());
  } catch (const StoppedError&) {
    throw;
  } catch (...) {
    return fail(describe(std::current_exception()));
  }
  return 0;
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
  Counts counts;
  int64_t number = 0;
  for (const Prepared& run : runs) {
    const std::string of = "sweep " + format_count(++number) + "/" +
                           format_count(static_cast<int64_t>(runs.size())) + " " + run.folder;
    if (const int code = train_one(run, of, options, counts, log); code != 0) return code;
  }
  counts.report(static_cast<int64_t>(runs.size()), sweep.output, log);
  return counts.exit_code();
}

}  // namespace yoso::commands
