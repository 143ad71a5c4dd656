// lra: the Long Range Arena, from data to tables.
#include "command_line.h"
#include "yoso/data/listops/generate.h"
#include "yoso/report/progress.h"
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
      ->check(CLI::NonNegativeNumber);
  add_field_options(*listops,
                    [request](config::FieldVisitor& visitor) { request->options.fields(visitor); });
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
  apps::add_command(app, "list", "tasks and attentions with their options", [] {
    train::list_command();
    return 0;
  });
  return apps::run_program(app, argc, argv);
}
