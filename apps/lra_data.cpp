// The commands of lra that make data: generate and prepare.
#include "lra_commands.h"
#include "yoso/config/read.h"
#include "yoso/data/listops/generate.h"
#include "yoso/data/pathfinder/generate.h"
#include "yoso/report/progress.h"
#include "yoso/tasks/task.h"
#include "yoso/util/error.h"
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

void add_generate_listops(CLI::App& generate) {
  auto request = std::make_shared<GenerateListops>();
  CLI::App* listops =
      add_command(generate, "listops", "ListOps by the official rule, in the official files",
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

struct GeneratePathfinder {
  data::pathfinder::GenerateOptions options;
  std::string output;
  bool force = false;
  bool quiet = false;
  int threads = 0;
};

int generate_pathfinder(const GeneratePathfinder& request) {
  using namespace data::pathfinder;
  Log::Options log_options;
  log_options.quiet = request.quiet;
  Log log(log_options);
  report::Progress progress(
      log, {.what = "generate", .total = request.options.images, .unit = "images"});
  watch_stop_signals();
  const std::string folder = request.output + "/" + set_folder(request.options);
  const Generated outcome =
      generate(request.options, request.output, request.force ? Existing::replace : Existing::keep,
               request.threads, [&](int64_t done) { progress.update(done); });
  if (outcome == Generated::stopped) {
    log.info(std::string("stopped by ") + signal_name(stop_requested()) +
             "; the same command continues where it was");
    return 128 + stop_requested();
  }
  if (outcome == Generated::already_there) {
    log.info(folder + ": holds this very set already");
  } else {
    progress.finish();
    log.info("wrote " + folder);
  }
  return 0;
}

void add_generate_pathfinder(CLI::App& generate) {
  auto request = std::make_shared<GeneratePathfinder>();
  CLI::App* command =
      add_command(generate, "pathfinder",
                  "Pathfinder images by the published procedure, in the official folders",
                  [request] { return generate_pathfinder(*request); });
  command
      ->add_option("--output", request->output, "folder; the set is written to pathfinderN/LEVEL")
      ->required()
      ->type_name("DIR");
  command->add_flag("--force", request->force, "replace another set that is there");
  command->add_flag("--quiet", request->quiet, "no progress on the terminal");
  command
      ->add_option("--threads", request->threads,
                   "0: all cores; the result is the same for any number")
      ->check(CLI::Range(0, 1024));
  add_field_options(*command,
                    [request](config::FieldVisitor& visitor) { request->options.fields(visitor); });
}

struct Prepare {
  std::string task, input;
  std::vector<std::string> settings;
  std::string skip_bad_rows;
  tasks::PrepareRequest request;
  bool quiet = false;
};

/// The section `task` that an experiment on this data would have.
config::Tree task_section(const Prepare& prepare) {
  config::Tree section = config::Tree::map();
  section["name"] = config::Tree::text(prepare.task);
  section["data"] = config::Tree::text(prepare.input, "--input");
  for (const std::string& setting : prepare.settings) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos)
      throw UsageError("--set " + setting + ": expected KEY=VALUE, such as level=easy");
    const std::string key = setting.substr(0, equals);
    if (key == "name" || key == "data")
      throw UsageError("--set " + setting + ": is said by TASK and --input");
    section[key] = config::Tree::text(setting.substr(equals + 1), "--set " + setting);
  }
  if (!prepare.skip_bad_rows.empty())
    section["skip_bad_rows"] = config::Tree::text(prepare.skip_bad_rows, "--skip-bad-rows");
  return section;
}

int prepare_task(const Prepare& prepare) {
  const config::Tree section = task_section(prepare);
  const tasks::TaskKind& kind = tasks::find_task(section);
  if (!kind.prepare) throw UsageError("task " + kind.name + ": has nothing to prepare");
  watch_stop_signals();
  Log::Options log_options;
  log_options.quiet = prepare.quiet;
  Log log(log_options);
  const bool done = kind.prepare(kind.resolve(section), prepare.request, log);
  return done ? 0 : 128 + stop_requested();
}

}  // namespace

void add_generate(CLI::App& app) {
  CLI::App* generate = app.add_subcommand("generate", "make a synthetic task's data");
  generate->require_subcommand(1);
  add_generate_listops(*generate);
  add_generate_pathfinder(*generate);
}

void add_prepare(CLI::App& app) {
  auto prepare = std::make_shared<Prepare>();
  CLI::App* command =
      add_command(app, "prepare", "turn a task's raw files into examples that load at once",
                  [prepare] { return prepare_task(*prepare); });
  command->add_option("task", prepare->task, "name of the task, see `lra list`")
      ->required()
      ->type_name("TASK");
  command->add_option("--input", prepare->input, "raw files, as for `task.data`")
      ->required()
      ->type_name("PATH");
  command->add_option("--output", prepare->request.output, "folder for the examples")
      ->required()
      ->type_name("DIR");
  command
      ->add_option("--set", prepare->settings,
                   "key=value: an option of the task, see `lra list` (repeatable)")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  command
      ->add_option("--skip-bad-rows", prepare->skip_bad_rows,
                   "skip and list up to N bad examples before giving up")
      ->type_name("N");
  command->add_flag("--force", prepare->request.force, "replace another set that is there");
  command->add_option("--threads", prepare->request.threads, "0: all cores")
      ->check(CLI::Range(0, 1024));
  command->add_flag("--quiet", prepare->quiet, "no progress on the terminal");
}

}  // namespace yoso::apps
