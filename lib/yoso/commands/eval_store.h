#pragma once

#include <optional>
#include <string>

#include "yoso/report/metrics.h"
#include "yoso/train/evaluation.h"

namespace yoso::commands {

/// `evaluations.jsonl` of a run: what `eval --all-checkpoints` has scored, a line each, so that the
/// same command again goes on where it was stopped.
class EvalStore {
 public:
  /// DataError for a damaged file, SystemError for one that cannot be written.
  explicit EvalStore(const std::string& path);

  /// The evaluation that was stored under the key, an object with all that decides the scores.
  std::optional<train::Evaluation> find(const report::Record& key) const;

  void add(const report::Record& key, const train::Evaluation& evaluation);

 private:
  std::vector<report::Record> records_;
  report::MetricsWriter writer_;
};

}  // namespace yoso::commands
