#pragma once

#include <string>
#include <vector>

#include "benchmark/attention/result.h"
#include "yoso/report/table.h"

namespace yoso::bench {

/// A line for every result.
report::Table full_table(const std::vector<Result>& results);

/// How many times quicker than softmax, by length: forward with backward, and forward alone in
/// parentheses, each attention in its better type.
report::Table ratio_table(const std::vector<Result>& results);

/// Milliseconds a head, forward with backward, by length, and MiB beyond inputs, output and
/// gradients in parentheses, each attention in its better type.
report::Table cost_table(const std::vector<Result>& results);

/// Results saved in `folder` by earlier calls, none when there are none. DataError.
std::vector<Result> load_results(const std::string& folder);

/// `older`, those measured again replaced, and what is new.
std::vector<Result> merged(std::vector<Result> older, const std::vector<Result>& newer);

/// Writes results.json, results.csv, ratios.md, results.svg and quality.svg. SystemError.
void save_results(const std::string& folder, const std::vector<Result>& results);

}  // namespace yoso::bench
