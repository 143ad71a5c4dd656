#include <memory>

#include "lra_commands.h"
#include "yoso/commands/bench.h"

namespace yoso::apps {

void add_bench(CLI::App& app) {
  auto options = std::make_shared<commands::BenchOptions>();
  CLI::App* bench = add_command(app, "bench",
                                "time and memory of a training step over lengths: "
                                "6 layers with shared weights, dim 256, 4 heads",
                                [options] { return commands::bench_command(*options); });
  bench
      ->add_option("--attention", options->attentions,
                   "a kind, or a map as under `attention:` (repeatable; default: every kind)")
      ->allow_extra_args(false)
      ->type_name("SPEC");
  bench->add_option("--lengths", options->lengths, "lengths in tokens, separated by commas")
      ->delimiter(',')
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 24))
      ->capture_default_str();
  bench->add_option("--repeats", options->repeats, "timed steps")
      ->check(CLI::Range(int64_t{1}, int64_t{1000}))
      ->capture_default_str();
  bench
      ->add_option("--memory", options->memory_gb,
                   "GB of tensors, 0: four fifths of the free memory")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  bench
      ->add_option("--time-limit", options->time_limit,
                   "seconds; a longer step ends the search for the largest batch, 0: no limit")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  bench->add_option("--max-batch", options->max_batch, "largest batch that is tried, 0: no limit")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  bench->add_option("--precision", options->precision, "float32 or bfloat16")
      ->check(CLI::IsMember({"float32", "bfloat16"}))
      ->capture_default_str();
  bench->add_option("--device", options->device, "auto, cpu, cuda or cuda:n")
      ->capture_default_str();
  bench->add_option("--threads", options->threads, "threads for tensor operations, 0: all cores")
      ->check(CLI::Range(int64_t{0}, int64_t{1024}));
  bench->add_option("--output", options->output, "folder for bench.csv and bench.svg")
      ->capture_default_str()
      ->type_name("DIR");
  bench->add_flag("--quiet", options->quiet, "no progress on the terminal");
}

}  // namespace yoso::apps
