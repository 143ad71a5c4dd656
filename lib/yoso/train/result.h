#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "yoso/train/evaluation.h"

namespace yoso::train {

/// How a run ended, as in its `result.json`.
struct RunResult {
  std::string status;  // "complete", or "stopped" (can be resumed)
  std::string task;
  std::string attention;  // label for tables
  int64_t seed = 0;
  std::string precision;  // of the training; empty in results of version 0.1
  int64_t steps = 0;
  std::optional<int64_t> best_step;
  std::string metric;                   // the dev score that selected it
  std::optional<Evaluation> dev, test;  // of the best checkpoint
  double majority_rate = 0;             // Task::majority_rate of test, else of dev
  int64_t parameters = 0;
  /// nn::encoder_multiply_adds for one text of model.max_length tokens; 0: unknown.
  int64_t multiply_adds = 0;
  double tokens_per_second = 0;   // valid tokens per second of updates, evaluation not counted
  double wall_seconds = 0;        // over all resumes, evaluation included
  int64_t peak_memory_bytes = 0;  // resident memory of the process
  std::string version;
};

void write_result(const RunResult& result, const std::string& path);

/// Throws a DataError when the file is missing or is not a result.
RunResult read_result(const std::string& path);

}  // namespace yoso::train
