#include "yoso/commands/predict.h"

#include <ATen/ops/softmax.h>

#include <algorithm>
#include <iostream>
#include <iterator>

#include "yoso/commands/prediction.h"
#include "yoso/config/read.h"
#include "yoso/data/glue/predictions.h"
#include "yoso/data/texts/text_file.h"
#include "yoso/data/texts/unlabelled.h"
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
                    const config::Tree* name = tree["task"].find("name");
                    if (name != nullptr && tasks::find_task(tree["task"]).reads_corpus)
                      throw UsageError(options.run + ": is a run of " + name->scalar +
                                       ", which is no task on texts");
                    if (!options.data.empty())
                      tree["task"]["data"] = config::Tree::text(options.data, "--data");
                    // An imported classifier does not know whether it takes pairs.
                    const config::Tree* train = tree["task"].find("train");
                    if (!options.second.empty() && train != nullptr && train->scalar.empty())
                      tree["task"]["second"] = config::Tree::text(options.second, "--second");
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
    int64_t cut = 0;
    const data::TokenDataset rows = texts_->encode(texts, cut);
    const auto found = predict(run_.model(), *texts_, rows,
                               {.batch_size = run_.eval_batch(),
                                .device = run_.device(),
                                .precision = run_.experiment().train.precision,
                                .what = what},
                               log_);
    if (found && cut > 0) {
      log_.warn(format_count(cut) + " of " + format_count(rows.size()) +
                " texts are longer than the model's " + format_count(texts_->max_tokens()) +
                " tokens and were cut");
    }
    return found;
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

data::TextExamples read_input(const PredictOptions& options, const tasks::TextTaskData& data,
                              Log& log) {
  data::TextLayout layout = data.columns;
  if (!options.text.empty() || !options.second.empty()) layout.header = true;
  if (!options.text.empty()) layout.text = options.text;
  if (!options.second.empty()) {
    if (!data.pairs) throw UsageError("--second: the model was trained on single texts");
    layout.second = options.second;
  }
  const auto format = config::read_choice<data::InputFormat>(options.format, "--format");
  const data::TextFile file =
      options.input == "-"
          ? data::TextFile("standard input", std::string(std::istreambuf_iterator<char>(std::cin),
                                                         std::istreambuf_iterator<char>()))
          : data::TextFile(options.input);
  data::TextExamples texts = data::read_unlabelled_texts(file, layout, format);
  for (const std::string& remark : texts.remarks) log.info(remark);
  for (const std::string& warning : texts.warnings) log.warn(warning);
  return texts;
}

/// The columns of a prediction beside its index, as one text: the prediction, and the probability
/// of every class where these are wanted.
std::string prediction_columns(const tasks::TextTaskData& data, double predicted,
                               const at::Tensor& probabilities, int64_t row) {
  std::string text = "\t" + prediction_text(data, predicted);
  for (int64_t k = 0; probabilities.defined() && k < probabilities.size(1); ++k)
    text += "\t" + format_fixed(probabilities[row][k].item<double>(), 6);
  return text;
}

bool predict_input(Predictor& predictor, const PredictOptions& options, Log& log) {
  const tasks::TextTaskData& data = predictor.about();
  const data::TextExamples texts = read_input(options, data, log);
  std::vector<data::TextExample> filled;  // those with something to read
  std::copy_if(texts.examples.begin(), texts.examples.end(), std::back_inserter(filled),
               [](const data::TextExample& example) { return !data::is_blank(example); });
  std::vector<double> predicted;
  at::Tensor probabilities;
  const bool columns = options.probabilities && !data.labels.empty();
  if (!filled.empty()) {
    const auto logits = predictor.logits(filled, "predict " + texts.path);
    if (!logits) return false;
    predicted = tasks::predictions_of(*logits);
    if (columns) probabilities = at::softmax(*logits, -1);
  }
  std::string text = "index\tprediction";
  for (size_t i = 0; columns && i < data.labels.size(); ++i) text += "\t" + data.labels[i];
  text += "\n";
  size_t next = 0;  // of those predicted
  for (const data::TextExample& example : texts.examples) {
    text += std::to_string(example.index);
    if (data::is_blank(example)) {
      text += std::string(1 + (columns ? data.labels.size() : 0), '\t');
    } else {
      text += prediction_columns(data, predicted[next], probabilities, static_cast<int64_t>(next));
      ++next;
    }
    text += "\n";
  }
  if (const size_t blank = texts.examples.size() - filled.size(); blank > 0) {
    log.warn(texts.path + ": " + format_count(static_cast<int64_t>(blank)) +
             " lines hold no text; their predictions are empty");
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
                                          : predict_input(predictor, options, log);
  return done ? 0 : 128 + stop_requested();
}

}  // namespace yoso::commands
