#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yoso::commands {

struct BenchOptions {
  std::vector<std::string> attentions;  // as under `attention:`; empty: every kind
  std::vector<int64_t> lengths = {128, 256, 512, 1024, 2048, 4096, 8192, 16384};
  int64_t repeats = 10;
  double memory_gb = 0;    // limit in GB (1e9 bytes); 0: four fifths of the free memory
  double time_limit = 10;  // a step of more seconds ends the search for the largest batch; 0: none
  int64_t max_batch = 0;   // largest batch that is tried; 0: no limit
  std::string precision = "float32";
  std::string device = "auto";
  int64_t threads = 0;
  std::string output = "bench";  // folder of bench.csv and bench.svg
  bool quiet = false;
};

/// `lra bench`: runs the efficiency study (bench/study.h), prints its table on stdout and writes
/// bench.csv and bench.svg, which exist from the first measurement on. Returns 0, or 128 + n when
/// signal n stopped it.
int bench_command(const BenchOptions& options);

}  // namespace yoso::commands
