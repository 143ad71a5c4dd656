#include "yoso/commands/predict.h"

#include <ATen/ops/softmax.h>

#include <iostream>
#include <iterator>

#include "yoso/commands/prediction.h"
#include "yoso/data/glue/predictions.h"
#include "yoso/tasks/text_classification/glue.h"
#include "yoso/train/open_run.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/format.h"
#include "yoso/util/stop_signal.h"

namespace yoso::commands {

namespace {

using data::glue::Part;
using data::glue::Prediction;

/// A trained model with its task.
class Predictor {
 public:
  Predictor(const PredictOptions& options, Log& log)
      : log_(log),
        run_({.run = options.run,
              .device = options.device,
              .threads = options.threads,
              .change =
                  [&](config::Tree& tree) {
                    if (!options.data.empty())
                      tree["task"]["data"] = config::Tree::text(options.data, "--data");
                  }},
             log),
        texts_(dynamic_cast<const tasks::TextTask*>(&run_.task())) {
    if (texts_ == nullptr) {
      throw UsageError(options.run + ": is a run of " + tasks::task_label(section()) +
                       ", which is no task on texts");
    }
    run_.load(run_.saved().checkpoint(options.checkpoint, log));
  }

  const tasks::TextTaskData& about() const { return texts_->about(); }
  const config::Tree& section() const { return run_.experiment().task; }
  const train::RunFiles& files() const { return run_.saved().files(); }

  std::optional<at::Tensor> logits(const std::vector<data::TextExample>& texts,
                                   const std::string& what) {
    return predict(run_.model(), *texts_, texts_->encode(texts),
                   {.batch_size = run_.eval_batch(),
                    .device = run_.device(),
                    .precision = run_.experiment().train.precision,
                    .what = what},
                   log_);
  }

 private:
  Log& log_;
  train::OpenRun run_;
  const tasks::TextTask* texts_;
};

std::string prediction_text(const tasks::TextTaskData& data, double predicted) {
  return data.labels.empty() ? format_fixed(predicted, 6)
                             : data.labels[static_cast<size_t>(predicted)];
}

/// The submission files of a GLUE task, each with the part whose examples it is for.
std::vector<std::pair<std::string, Part>> outputs_of(const data::glue::GlueTask& task,
                                                     const data::glue::Folder& folder, bool dev,
                                                     Log& log) {
  std::vector<std::pair<std::string, Part>> outputs;
  for (const auto& file : data::glue::submission_files()) {
    if (std::string_view(file.task) != task.name) continue;
    Part part = file.part;
    if (dev && part == Part::diagnostic) continue;
    if (dev) part = part == Part::test ? Part::dev : Part::dev_mismatched;
    if (folder.has(part)) {
      outputs.emplace_back(file.name, part);
    } else if (part == Part::diagnostic || part == Part::dev_mismatched) {
      log.info(folder.path() + ": no texts for " + file.name + " there, left out");
    } else {
      folder.read(part);  // throws, naming the missing file
    }
  }
  return outputs;
}

bool predict_glue(Predictor& predictor, const PredictOptions& options, Log& log) {
  const auto glue = tasks::GlueOptions::of(predictor.section());
  const data::glue::GlueTask& task = data::glue::find_task(glue.subset);
  const data::glue::Folder folder(task, glue.data);
  const bool dev = options.split == "dev";
  const std::string output =
      options.output.empty()
          ? predictor.files().predictions(dev ? data::Split::dev : data::Split::test)
          : options.output;
  for (const auto& [name, part] : outputs_of(task, folder, dev, log)) {
    const data::TextExamples texts = folder.read(part);
    const auto logits = predictor.logits(texts.examples, "predict " + name);
    if (!logits) return false;
    const std::vector<double> predicted = tasks::predictions_of(*logits);
    std::vector<Prediction> predictions;
    for (size_t i = 0; i < predicted.size(); ++i) {
      predictions.push_back(
          {texts.examples[i].index, task.is_regression()
                                        ? data::glue::score_text(predicted[i])
                                        : prediction_text(predictor.about(), predicted[i])});
    }
    make_folders(output);
    write_atomically(output + "/" + name, data::glue::predictions_text(predictions));
    log.info("wrote " + output + "/" + name + ": " +
             format_count(static_cast<int64_t>(predictions.size())) + " predictions");
  }
  return true;
}

std::string read_input(const std::string& path) {
  if (path != "-") return read_file(path);
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

bool predict_input(Predictor& predictor, const PredictOptions& options) {
  const tasks::TextTaskData& data = predictor.about();
  const std::string name = options.input == "-" ? "standard input" : options.input;
  const data::TextExamples texts = data::read_plain(name, read_input(options.input), data.columns);
  const auto logits = predictor.logits(texts.examples, "predict " + name);
  if (!logits) return false;
  const std::vector<double> predicted = tasks::predictions_of(*logits);
  const bool columns = options.probabilities && !data.labels.empty();
  std::string text = "index\tprediction";
  for (size_t i = 0; columns && i < data.labels.size(); ++i) text += "\t" + data.labels[i];
  text += "\n";
  const at::Tensor probabilities = columns ? at::softmax(*logits, -1) : at::Tensor();
  for (size_t i = 0; i < predicted.size(); ++i) {
    text += std::to_string(texts.examples[i].index) + "\t" + prediction_text(data, predicted[i]);
    for (int64_t k = 0; columns && k < probabilities.size(1); ++k) {
      const double probability = probabilities[static_cast<int64_t>(i)][k].item<double>();
      text += "\t" + format_fixed(probability, 6);
    }
    text += "\n";
  }
  if (options.output.empty()) {
    std::cout << text << std::flush;
  } else {
    write_atomically(options.output, text);
  }
  return true;
}

}  // namespace

int predict_command(const PredictOptions& options) {
  watch_stop_signals();
  Log log({.quiet = options.quiet});
  if (options.split != "test" && options.split != "dev")
    throw UsageError("--split " + options.split + ": expected test or dev");
  Predictor predictor(options, log);
  if (options.input.empty() && predictor.section().find("subset") == nullptr)
    throw UsageError("--input: missing, expected a file of texts to be predicted");
  const bool done = options.input.empty() ? predict_glue(predictor, options, log)
                                          : predict_input(predictor, options);
  return done ? 0 : 128 + stop_requested();
}

}  // namespace yoso::commands
