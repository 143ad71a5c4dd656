#include <memory>

#include "finetune_commands.h"
#include "yoso/commands/glue_score.h"
#include "yoso/commands/glue_submit.h"
#include "yoso/commands/predict.h"

namespace yoso::apps {

void add_predict(CLI::App& app) {
  auto options = std::make_shared<commands::PredictOptions>();
  CLI::App* command = add_command(app, "predict", "predict classes or numbers of unlabelled texts",
                                  [options] { return commands::predict_command(*options); });
  command->footer(
      "Without --input, GLUE's test files are predicted in the form of a submission. "
      "An input is JSON lines or a JSON array, a table (CSV, TSV) with a header that names the "
      "columns trained on, or plain: one text a line, or the two texts of a pair with a tab "
      "between them; gzip, bzip2, xz and zstd are unpacked. The output has a line for each line, "
      "record or object of the input, in order, with its number from 0; the prediction for an "
      "empty line is empty.");
  command->add_option("run", options->run, "run folder")->required()->type_name("RUN");
  command->add_option("--checkpoint", options->checkpoint, "best, latest or step-N")
      ->capture_default_str();
  command->add_option("--input", options->input, "file of texts, or - for standard input")
      ->type_name("FILE");
  command
      ->add_option("--format", options->format,
                   "with --input: auto (by name and content), lines, tsv, csv, jsonl or json")
      ->capture_default_str();
  command->add_option("--text", options->text,
                      "with --input: column or key of the text, if not as trained on");
  command->add_option("--second", options->second,
                      "with --input: column or key of the second text of a pair");
  command->add_option("--split", options->split, "GLUE: test, or dev for `finetune score`")
      ->capture_default_str();
  command
      ->add_option("--output", options->output,
                   "GLUE: folder (default: RUN/predictions, for dev RUN/predictions-dev); "
                   "with --input: file (default: standard output)")
      ->type_name("PATH");
  command->add_option("--data", options->data, "GLUE's folder, if it moved after training")
      ->type_name("DIR");
  command->add_flag("--probabilities", options->probabilities,
                    "with --input: the probability of every class too");
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:n")
      ->capture_default_str();
  command->add_option("--threads", options->threads, "threads for tensor operations, 0: all cores")
      ->check(CLI::Range(int64_t{0}, int64_t{1024}));
  command->add_flag("--quiet", options->quiet, "no progress on the terminal");
}

void add_score(CLI::App& app) {
  struct Request {
    std::string task, predictions, gold;
  };
  auto request = std::make_shared<Request>();
  CLI::App* command = add_command(app, "score", "GLUE's scores of predictions, as JSON", [request] {
    commands::score_command(request->task, request->predictions, request->gold);
    return 0;
  });
  command->add_option("task", request->task, "GLUE task, such as CoLA")
      ->required()
      ->type_name("TASK");
  command
      ->add_option("predictions", request->predictions,
                   "file in the form of a submission: index, prediction")
      ->required()
      ->type_name("PREDICTIONS");
  command->add_option("gold", request->gold, "labelled official file, such as CoLA/dev.tsv")
      ->required()
      ->type_name("GOLD");
}

void add_submit(CLI::App& app) {
  auto options = std::make_shared<commands::SubmitOptions>();
  CLI::App* command =
      add_command(app, "submit", "check the predictions of runs and zip them for GLUE", [options] {
        commands::submit_command(*options);
        return 0;
      });
  command
      ->add_option("runs", options->runs,
                   "run folders, folders of them (the best run on dev is taken), "
                   "or folders of predictions")
      ->required()
      ->type_name("RUNS");
  command->add_option("--output", options->output, "the zip")
      ->capture_default_str()
      ->type_name("FILE");
  command->add_flag("--partial", options->partial,
                    "zip the files that exist, even if some are missing");
  command->add_flag("--constant", options->constant, "replace missing files by files of one label");
}

}  // namespace yoso::apps
