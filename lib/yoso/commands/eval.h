#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace yoso::commands {

/// The options of `PROGRAM eval`.
struct EvalOptions {
  std::string run;                  // a run folder
  std::string checkpoint = "best";  // best, latest or step-N of that run
  bool all_checkpoints = false;     // every checkpoint of the run instead
  std::string split;                // train, dev or test; empty: test where there is one, else dev
  int64_t hash_seeds = 0;           // other seeds of the hashes beside the stored ones
  std::optional<int64_t> hashes;  // score with this many hashes, sampled again from the run's seed
  std::string attention;          // score with another kind; options that it has too are kept
  std::string device = "auto";
  int64_t threads = 0;
  std::string data;  // another data folder than the run's; of labelled texts, a file of these
  std::string text, second, label;  // labelled texts: columns, if not as trained on
  bool json = false;
  bool quiet = false;
};

/// Scores a checkpoint on a split and prints a table (or one JSON object) on stdout. The same
/// checkpoint has the same score every time. With `all_checkpoints`, scores are stored in the run's
/// evaluations.jsonl and not computed again. Returns 0, or 128 + n when signal n stopped it.
/// UsageError: an unknown split or attention, or hashes where there are none. DataError: a missing
/// or damaged checkpoint or data.
int eval_command(const EvalOptions& options);

}  // namespace yoso::commands
