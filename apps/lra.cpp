// lra: the Long Range Arena, from data to tables.
#include "command_line.h"
#include "yoso/data/listops/generate.h"
#include "yoso/report/progress.h"
#include "yoso/train/bench_command.h"
#include "yoso/train/list_command.h"
#include "yoso/util/log.h"
#include "yoso/util/stop_signal.h"

namespace yoso::apps {
namespace {

struct GenerateListops {
  data::listops::GenerateOptions options;
  std::string output;
  bool force = false;
  bool quiet = false;
  int threads = 0;
};

int generate_listops(const GenerateListops& request) {
  using namespace data::listops;
  const GenerateOptions& options = request.options;
  Log::Options log_options;
  log_options.quiet = request.quiet;
  Log log(log_options);
  report::Progress progress(log, {.what = "generate",
                                  .total = options.train + options.dev + options.test,
                                  .unit = "expressions"});
  watch_stop_signals();
  const Generated outcome =
      generate(options, request.output, request.force ? Existing::replace : Existing::keep,
               request.threads, [&](int64_t done) { progress.update(done); });
  if (outcome == Generated::stopped) {
    log.info(std::string("stopped by ") + signal_name(stop_requested()) + "; nothing was written");
    return 128 + stop_requested();
  }
  if (outcome == Generated::already_there) {
    log.info(request.output + ": holds this very set already");
  } else {
    progress.finish();
    log.info("wrote basic_train.tsv, basic_val.tsv and basic_test.tsv to " + request.output);
  }
  return 0;
}

void add_generate(CLI::App& app) {
  CLI::App* generate = app.add_subcommand("generate", "make a synthetic task's data");
  generate->require_subcommand(1);
  auto request = std::make_shared<GenerateListops>();
  CLI::App* listops =
      add_command(*generate, "listops", "ListOps by the official rule, in the official files",
                  [request] { return generate_listops(*request); });
  listops->add_option("--output", request->output, "folder for the three files")
      ->required()
      ->type_name("DIR");
  listops->add_flag("--force", request->force, "replace another set that is there");
  listops->add_flag("--quiet", request->quiet, "no progress on the terminal");
  listops
      ->add_option("--threads", request->threads,
                   "0: all cores; the result is the same for any number")
      ->check(CLI::Range(0, 1024));
  add_field_options(*listops,
                    [request](config::FieldVisitor& visitor) { request->options.fields(visitor); });
}

void add_bench(CLI::App& app) {
  auto options = std::make_shared<train::BenchOptions>();
  CLI::App* bench = add_command(
      app, "bench",
      "time and memory of a training step over lengths: 6 layers with shared weights, dim 256, "
      "4 heads",
      [options] { return train::bench_command(*options); });
  bench
      ->add_option("--attention", options->attentions,
                   "a kind, or a map as under `attention:` (repeatable; default: every kind)")
      ->allow_extra_args(false)
      ->type_name("SPEC");
  bench->add_option("--lengths", options->lengths, "comma-separated tokens")
      ->delimiter(',')
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 24))
      ->capture_default_str();
  bench->add_option("--repeats", options->repeats, "timed steps")
      ->check(CLI::Range(int64_t{1}, int64_t{1000}))
      ->capture_default_str();
  bench->add_option("--memory", options->memory_gb, "GB of tensors, 0: four fifths of what is free")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  bench
      ->add_option("--time-limit", options->time_limit,
                   "seconds; a step that takes longer ends the search for the largest batch, "
                   "0: none")
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

}  // namespace
}  // namespace yoso::apps

int main(int argc, char** argv) {
  using namespace yoso;
  CLI::App app("", "lra");
  apps::describe_program(app, "Train and score models on the Long Range Arena.");
  apps::add_generate(app);
  apps::add_train(app);
  apps::add_eval(app);
  apps::add_table(app);
  apps::add_bench(app);
  apps::add_command(app, "list", "tasks and attentions with their options", [] {
    train::list_command();
    return 0;
  });
  return apps::run_program(app, argc, argv);
}
