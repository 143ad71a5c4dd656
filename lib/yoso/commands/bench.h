#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yoso::commands {

struct BenchOptions {
  std::vector<std::string> attentions;  // as `attention:` is written; empty: every kind
  std::vector<int64_t> lengths = {128, 256, 512, 1024, 2048, 4096, 8192, 16384};
  int64_t repeats = 10;
  double memory_gb = 0;    // 0: four fifths of what is free
  double time_limit = 10;  // seconds of a step that ends the doubling; 0: none
  int64_t max_batch = 0;
  std::string precision = "float32";
  std::string device = "auto";
  int64_t threads = 0;
  std::string output = "bench";  // folder of bench.csv and bench.svg
  bool quiet = false;
};

/// `lra bench`: the efficiency study (efficiency/study.h), its table on stdout, bench.csv and
/// bench.svg. The files are there from the first measurement on.
int bench_command(const BenchOptions& options);

}  // namespace yoso::commands
