#include <memory>

#include "command_line.h"
#include "yoso/commands/eval.h"
#include "yoso/commands/sweep.h"
#include "yoso/commands/train.h"
#include "yoso/results/table.h"

namespace yoso::apps {
namespace {

/// An option that sets one key of the configuration to its text, which is not parsed as YAML.
void add_setting(CLI::App& command, const std::string& option, const std::string& key,
                 const std::string& help, commands::TrainOptions& options) {
  command
      .add_option_function<std::string>(
          option,
          [&options, key, option](const std::string& value) {
            options.settings.push_back({key, value, option});
          },
          help)
      ->type_name("");
}

}  // namespace

void add_train(CLI::App& app) {
  auto options = std::make_shared<commands::TrainOptions>();
  CLI::App* command = add_command(app, "train", "train one experiment into its run folder",
                                  [options] { return commands::train_command(*options); });
  command
      ->add_option("config", options->config,
                   "experiment file, or a run folder, for its config.yaml")
      ->required()
      ->type_name("CONFIG");
  command
      ->add_option("--set", options->overrides,
                   "a.b=value: replace a key of the configuration (repeatable)")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  add_setting(*command, "--output", "run.output",
              "run folder (default: runs/NAME after the file's name)", *options);
  add_setting(*command, "--device", "run.device", "auto, cpu, cuda or cuda:n", *options);
  add_setting(*command, "--threads", "run.threads", "threads for tensor operations, 0: all cores",
              *options);
  add_setting(*command, "--seed", "run.seed", "seed of everything random", *options);
  command->add_flag("--resume", options->resume,
                    "continue from the newest checkpoint, or start if there is none");
  command->add_flag("--dry-run", options->dry_run,
                    "read everything, build the model, make one step, write nothing");
  command
      ->add_option("--dump-config", options->dump_config,
                   "print the resolved configuration and stop")
      ->check(CLI::IsMember({"full", "minimal"}));
  command->add_flag("--quiet", options->quiet, "no progress on the terminal (log.txt has it)");
}

void add_eval(CLI::App& app) {
  auto options = std::make_shared<commands::EvalOptions>();
  CLI::App* command =
      add_command(app, "eval", "score a checkpoint of a run; the same number every time",
                  [options] { return commands::eval_command(*options); });
  command->add_option("run", options->run, "run folder")->required()->type_name("RUN");
  command->add_option("--checkpoint", options->checkpoint, "best, latest or step-N")
      ->capture_default_str();
  command->add_flag("--all-checkpoints", options->all_checkpoints,
                    "score every checkpoint of the run; continues where it was stopped");
  command->add_option("--split", options->split,
                      "train, dev or test (default: test where there is one, else dev)");
  command
      ->add_option("--hash-seeds", options->hash_seeds,
                   "also score with K other hash seeds: mean and deviation")
      ->check(CLI::Range(int64_t{0}, int64_t{100000}))
      ->type_name("K");
  command->add_option("--hashes", options->hashes, "score with M hashes, sampled again")
      ->check(CLI::Range(int64_t{1}, int64_t{4096}))
      ->type_name("M");
  command
      ->add_option("--attention", options->attention,
                   "score with another attention, e.g. yoso_expectation")
      ->type_name("KIND");
  command
      ->add_option("--data", options->data,
                   "data folder, if it moved after training; of labelled texts, a file to score")
      ->type_name("PATH");
  for (const auto& [name, into] : {std::pair("--text", &options->text),
                                   {"--second", &options->second},
                                   {"--label", &options->label}}) {
    command->add_option(name, *into, "labelled texts: its column or key, if not as trained on");
  }
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:n")
      ->capture_default_str();
  command->add_option("--threads", options->threads, "threads for tensor operations, 0: all cores")
      ->check(CLI::Range(int64_t{0}, int64_t{1024}));
  command->add_flag("--json", options->json, "one JSON object instead of a table");
  command->add_flag("--quiet", options->quiet, "no progress on the terminal");
}

CLI::App* add_table(CLI::App& app, std::function<void(const results::TableOptions&)> print) {
  auto options = std::make_shared<results::TableOptions>();
  CLI::App* command = add_command(app, "table", "results of runs side by side",
                                  [options, print = std::move(print)] {
                                    print(*options);
                                    return 0;
                                  });
  command->add_option("runs", options->runs, "run folders")->required()->type_name("RUNS");
  command->add_option("--format", options->format, "text, markdown or csv")
      ->check(CLI::IsMember({"text", "markdown", "csv"}))
      ->capture_default_str();
  command->add_option("--curves", options->curves, "also draw the curves of all runs into this SVG")
      ->type_name("FILE");
  command->add_option("--title", options->title, "title of that picture");
  return command;
}

void add_sweep(CLI::App& app) {
  auto options = std::make_shared<commands::SweepOptions>();
  CLI::App* command =
      add_command(app, "sweep", "train every combination of experiments, attentions and settings",
                  [options] { return commands::sweep_command(*options); });
  command
      ->add_option(
          "config", options->config,
          "sweep file: output, experiments, attentions, set, grid (as in configs/lra/sweep)")
      ->required()
      ->type_name("CONFIG");
  command
      ->add_option("--set", options->overrides,
                   "a.b=value: replace a key of every experiment (repeatable)")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  command->add_flag("--dry-run", options->dry_run, "list the runs and their state");
  command->add_flag("--quiet", options->quiet, "no progress on the terminal");
}

}  // namespace yoso::apps
