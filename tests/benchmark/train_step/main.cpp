// train_step_bench: one training step of the Long Range Arena's Text model, in our trainer with
// each attention and in a plain LibTorch statement of the model, in one process.
#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>

#include "benchmark/support/machine.h"
#include "benchmark/support/op_profile.h"
#include "benchmark/support/timing.h"
#include "benchmark/train_step/eager_model.h"
#include "benchmark/train_step/text_model.h"
#include "yoso/report/table.h"
#include "yoso/runtime/large_blocks.h"
#include "yoso/util/file.h"
#include "yoso/util/format.h"
#include "yoso/util/resources.h"

namespace {

using namespace yoso;

constexpr const char *kEager = "eager", *kEagerFused = "eager-fused";

struct Options {
  bench::StepShape shape;
  std::vector<std::string> attentions = {"yoso", "softmax"};
  std::vector<std::string> precisions = {"float32", "bfloat16"};
  int64_t eager_rows = 4;
  double seconds = 10;
  int threads = 0;
  bool profile = false, default_allocator = false;
  std::string output;
};

struct Row {
  std::string model, precision;
  bench::Measured measured;
};

bench::Measured measure(const Options& options, const std::string& name,
                        const std::function<void()>& step) {
  const bench::Measured measured = bench::measure(name, options.seconds, step);
  if (options.profile) std::fputs(bench::profile_operations(step).text().c_str(), stdout);
  return measured;
}

bench::Measured measure_step(const Options& options, const std::string& attention,
                             const std::string& precision) {
  if (attention == kEager || attention == kEagerFused) {
    const bool fused = attention == kEagerFused;
    bench::EagerStep step(options.shape, precision, fused,
                          fused ? options.shape.rows : options.eager_rows);
    return measure(options, attention, [&] { step.run(); });
  }
  bench::OurStep step(options.shape, attention, precision);
  return measure(options, attention, [&] { step.run(); });
}

double tokens_per_second(const Options& options, const Row& row) {
  return static_cast<double>(options.shape.rows * options.shape.length) / row.measured.seconds;
}

void print(const Options& options, const std::vector<Row>& rows) {
  report::Table table({"model", "precision", "s a step", "tokens/s", "peak memory"});
  for (const Row& row : rows) {
    table.add({row.model, row.precision, format_fixed(row.measured.seconds, 2),
               format_count(std::llround(tokens_per_second(options, row))),
               format_bytes(row.measured.peak_bytes)});
  }
  std::fputs(table.text().c_str(), stdout);
}

void save(const Options& options, const std::vector<Row>& rows) {
  nlohmann::ordered_json json;
  for (const Row& row : rows) {
    json.push_back({{"model", row.model},
                    {"precision", row.precision},
                    {"seconds", row.measured.seconds},
                    {"tokens_per_second", tokens_per_second(options, row)},
                    {"peak_bytes", row.measured.peak_bytes},
                    {"rows", options.shape.rows},
                    {"length", options.shape.length},
                    {"machine", bench::describe_machine()}});
  }
  write_atomically(options.output, json.dump(1) + "\n");
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("One training step of the LRA Text model: time and memory.", "train_step_bench");
  app.add_option(
         "--attention", options.attentions,
         "attentions in our trainer, in YAML; `eager` and `eager-fused` are the plain LibTorch "
         "statement with softmax, by single operations or scaled_dot_product_attention")
      ->delimiter(';')
      ->capture_default_str();
  app.add_option("--precision", options.precisions)
      ->delimiter(',')
      ->check(CLI::IsMember({"float32", "bfloat16"}))
      ->capture_default_str();
  app.add_option("--rows", options.shape.rows, "sequences a step")->capture_default_str();
  app.add_option("--length", options.shape.length, "tokens of a sequence")->capture_default_str();
  app.add_option("--eager-rows", options.eager_rows, "rows that `eager` takes at a time")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "time spent on a row; at least one step is made")
      ->capture_default_str();
  app.add_option("--threads", options.threads, "0: all cores")->capture_default_str();
  app.add_flag("--profile", options.profile, "also show the time of each tensor operation");
  app.add_flag("--default-allocator", options.default_allocator,
               "LibTorch's own allocator, as programs have that say nothing else");
  app.add_option("--json", options.output, "also write the rows to this file")->type_name("FILE");
  CLI11_PARSE(app, argc, argv);
  if (!options.default_allocator) runtime::keep_large_blocks();  // as the programs do
  at::set_num_threads(options.threads > 0 ? options.threads : usable_cores());

  std::printf("%ld sequences of %ld tokens; %s\n", options.shape.rows, options.shape.length,
              bench::describe_machine().c_str());
  std::vector<Row> rows;
  for (const std::string& precision : options.precisions) {
    for (const std::string& attention : options.attentions) {
      std::fprintf(stderr, "%s, %s ...\n", attention.c_str(), precision.c_str());
      rows.push_back({attention, precision, measure_step(options, attention, precision)});
    }
  }
  print(options, rows);
  if (!options.output.empty()) save(options, rows);
}
