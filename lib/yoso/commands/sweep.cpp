#include "yoso/commands/sweep.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "yoso/commands/sweep_plan.h"
#include "yoso/commands/train.h"
#include "yoso/config/read.h"
#include "yoso/report/table.h"
#include "yoso/results/collect_runs.h"
#include "yoso/train/result.h"
#include "yoso/train/resume.h"
#include "yoso/train/setup.h"
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
  train::Setup setup;
};

/// Whether a finished run was trained for as long as it is to be now.
bool as_long(const Prepared& run) {
  const std::string path = run.folder + "/config.yaml";
  const config::Tree saved = config::parse(read_file(path), path), now = run.setup.tree();
  const std::vector<const char*> keys = {"duration", "patience", "min_delta"};
  return std::all_of(keys.begin(), keys.end(), [&](const char* key) {
    return results::setting(saved, "train", key) == results::setting(now, "train", key);
  });
}

State state_of(const Prepared& run) {
  if (fs::exists(results::diverged_file(run.folder))) return State::diverged;
  if (!fs::exists(run.folder + "/config.yaml")) return State::waiting;
  if (!fs::exists(run.folder + "/result.json")) return State::begun;
  try {
    const bool complete = train::read_result(run.folder + "/result.json").status == "complete";
    return complete && as_long(run) ? State::complete : State::begun;
  } catch (const DataError&) {
    return State::begun;  // a damaged result is made anew from the checkpoints
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
    runs.push_back({run.folder, train::resolve_setup(run.experiment)});
    if (fs::exists(run.folder + "/config.yaml"))
      train::check_resumable(run.folder + "/config.yaml", runs.back().setup, quiet);
  }
  return runs;
}

void list_runs(const std::vector<Prepared>& runs) {
  report::Table table({"run", "task", "attention", "seed", "state"});
  for (const Prepared& run : runs) {
    table.add({run.folder, tasks::task_label(run.setup.experiment.task),
               train::attention_label(run.setup), std::to_string(run.setup.experiment.run.seed),
               name(state_of(run))});
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
      if (const int code = train_setup(run.setup, train); code != 0) return code;
    } catch (const InUseError&) {
      ++left;
      log.info("sweep " + of + ": another process works on it");
    } catch (const NonFiniteError& error) {
      ++diverged;
      write_atomically(results::diverged_file(run.folder), std::string(error.what()) + "\n");
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
