#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace yoso::commands {

/// What `PROGRAM eval` was asked for.
struct EvalOptions {
  std::string run;                  // a run folder
  std::string checkpoint = "best";  // best, latest or step-N of that run
  bool all_checkpoints = false;     // every one of the run instead
  std::string split;                // train, dev or test; empty: test where there is one, else dev
  int64_t hash_seeds = 0;           // other seeds of the hashes beside the stored ones
  std::optional<int64_t> hashes;  // score with this many hashes, sampled again from the run's seed
  std::string attention;          // score with another kind, options carried over where it has them
  std::string device = "auto";
  int64_t threads = 0;
  std::string data;  // another data folder than the run's
  bool json = false;
  bool quiet = false;
};

/// Scores a checkpoint on a split and prints a table (or one JSON object) on stdout. The same
/// checkpoint scores the same every time. What `all_checkpoints` scores is kept in the run's
/// evaluations.jsonl and not scored again. Returns 0, or 128 + n when signal n stopped it.
int eval_command(const EvalOptions& options);

}  // namespace yoso::commands
