#pragma once

#include <optional>
#include <string>

#include "yoso/report/metrics.h"
#include "yoso/train/evaluation.h"

namespace yoso::commands {

/// `evaluations.jsonl` of a run: the scores of `eval --all-checkpoints`, one evaluation a line, so
/// that the same command continues where it was stopped.
class EvalStore {
 public:
  /// DataError for a damaged file, SystemError for one that cannot be written.
  explicit EvalStore(const std::string& path);

  /// The evaluation that was stored under `key`, an object with everything that decides the scores;
  /// nothing when there is none.
  std::optional<train::Evaluation> find(const report::Record& key) const;

  /// Appends an evaluation and brings it to the disk.
  void add(const report::Record& key, const train::Evaluation& evaluation);

 private:
  std::vector<report::Record> records_;
  report::MetricsWriter writer_;
};

}  // namespace yoso::commands
