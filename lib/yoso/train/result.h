#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "yoso/train/evaluation.h"

namespace yoso::train {

/// `result.json`: how a run ended.
struct RunResult {
  std::string status;  // "complete", or "stopped" (can be resumed)
  std::string task;
  std::string attention;  // label for tables
  int64_t seed = 0;
  int64_t steps = 0;
  std::optional<int64_t> best_step;
  std::string metric;                   // what chose it
  std::optional<Evaluation> dev, test;  // of the best checkpoint
  double majority_rate = 0;             // most frequent class of the test split
  int64_t parameters = 0;
  /// nn::encoder_multiply_adds for model.max_length tokens; 0: unknown.
  int64_t multiply_adds = 0;
  double tokens_per_second = 0;   // valid tokens, updates alone
  double wall_seconds = 0;        // all sittings, evaluation included
  int64_t peak_memory_bytes = 0;  // of the process
  std::string version;
};

void write_result(const RunResult& result, const std::string& path);

/// DataError when the file is missing or is no result.
RunResult read_result(const std::string& path);

}  // namespace yoso::train
