#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "benchmark/attention/candidate.h"

namespace yoso::bench {

/// The command line of attention_bench.
struct Options {
  std::string level = "operators";
  ProblemShape shape;
  std::vector<int64_t> lengths = {512, 1024, 2048, 4096, 8192, 16384};
  std::vector<int64_t> head_dims = {64};
  std::vector<double> cosines = {0, 0.5, 0.8};
  std::string inputs = "cosines";
  double real = 1;
  std::string trained;
  std::vector<std::string> types = {"float32", "bfloat16"};
  OperatorChoice choice;
  std::vector<std::string> attentions;
  double seconds = 0.5;
  int threads = 0;
  bool quick = false, quiet = false, show = false, markdown = false;
  std::string output;
};

/// Binds the options; `options` must outlive the parse.
void add_options(CLI::App& app, Options& options);

/// What --quick says where the command line says nothing else.
void settle_options(const CLI::App& app, Options& options);

}  // namespace yoso::bench
