#include "yoso/tasks/text_classification/labelled.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "yoso/config/read.h"
#include "yoso/data/permutation.h"
#include "yoso/data/texts/labels.h"
#include "yoso/tasks/kind.h"
#include "yoso/util/error.h"
#include "yoso/util/path.h"
#include "yoso/util/random.h"
#include "yoso/util/text.h"

namespace yoso::tasks {
namespace {

/// The examples of train that are held out as dev, the same fraction of each class, or the others.
data::TextExamples part_of(data::TextExamples all, const LabelledTextOptions& options,
                           bool held_out) {
  std::map<std::string, std::vector<size_t>> by_label;
  for (size_t i = 0; i < all.examples.size(); ++i)
    by_label[options.target == TextTarget::classes ? all.examples[i].label : ""].push_back(i);
  std::vector<bool> is_dev(all.examples.size(), false);
  uint64_t number = 0;
  for (const auto& [label, rows] : by_label) {
    const auto size = static_cast<int64_t>(rows.size());
    const RandomStream stream(static_cast<uint64_t>(options.split_seed), "labelled dev", number++);
    const auto order = data::permutation(size, stream);
    const auto count = std::llround(options.dev_share * static_cast<double>(size));
    for (int64_t i = 0; i < count; ++i) is_dev[rows[order[i]]] = true;
  }
  data::TextExamples part;
  part.path = all.path;
  part.blank = all.blank;
  if (!held_out) {  // both parts are of one file: said once
    part.remarks = all.remarks;
    part.warnings = all.warnings;
  }
  for (size_t i = 0; i < all.examples.size(); ++i) {
    if (is_dev[i] == held_out) part.examples.push_back(std::move(all.examples[i]));
  }
  if (part.examples.empty())
    throw DataError(part.path + ": too few rows to hold out task.dev_share of them as dev");
  return part;
}

std::vector<data::TextExamples> load_split(const LabelledTextOptions& options, data::Split split) {
  const auto read = [&](const std::string& path) {
    return data::read_labelled_texts(path, options.layout, options.label_names());
  };
  const bool holds_out = options.dev.empty();
  if (split == data::Split::test) {
    if (options.test.empty()) return {};
    return {read(options.test)};
  }
  if (options.train.empty() && (holds_out || split == data::Split::train)) {
    if (split == data::Split::dev) return {};
    throw UsageError("task.train: missing, expected a file of labelled texts");
  }
  if (!holds_out) return {read(split == data::Split::dev ? options.dev : options.train)};
  return {part_of(read(options.train), options, split == data::Split::dev)};
}

TextScoring scoring_of(const LabelledTextOptions& options) {
  TextScoring scoring;
  scoring.numbers = options.target == TextTarget::numbers;
  if (scoring.numbers) {
    scoring.names = {"pearson", "spearman"};
  } else {
    const std::vector<std::string> labels = options.label_names();
    scoring.classes = static_cast<int64_t>(labels.size());
    scoring.names = {"accuracy", "f1_macro", "mcc"};
    if (!options.positive.empty()) {
      scoring.names.insert(scoring.names.begin() + 1, "f1");
      scoring.positive = std::find(labels.begin(), labels.end(), options.positive) - labels.begin();
    }
    if (options.metric == TextScore::f1_micro) scoring.names.push_back("f1_micro");
  }
  scoring.main = options.metric == TextScore::automatic ? scoring.names.front()
                                                        : config::to_text(options.metric);
  if (std::find(scoring.names.begin(), scoring.names.end(), scoring.main) == scoring.names.end()) {
    throw UsageError("task.metric: " + scoring.main + " is no score here, expected auto, " +
                     join_choices(scoring.names) +
                     (scoring.main == "f1" ? " (task.positive names the class of f1)" : ""));
  }
  return scoring;
}

std::unique_ptr<Task> open_labelled(const LabelledTextOptions& options,
                                    const config::ModelConfig& model, Log& log) {
  TextTaskData data;
  data.name = "labelled_text";
  data.labels = options.label_names();
  data.pairs = !options.layout.second.empty();
  data.columns = options.layout;
  data.scoring = scoring_of(options);
  data.load = [options](data::Split split) { return load_split(options, split); };
  return std::make_unique<TextTask>(std::move(data), options.input, model.max_length, log);
}

}  // namespace

void LabelledTextOptions::fields(config::FieldVisitor& visitor) {
  visitor.field({"train", "file of labelled texts, or a folder with one folder for each label"},
                train, {});
  visitor.field(
      {"dev", "the same, to select the best checkpoint; empty: dev_share of train is held out"},
      dev, {});
  visitor.field({"test", "the same, to score at the end; empty: none"}, test, {});
  visitor.choice({"format",
                  "tsv: tab-separated, no quoting; csv: comma- or semicolon-separated, quoted; "
                  "jsonl: one object a line; json: an array of objects; "
                  "folders: a folder for each label, a file for each text; "
                  "auto: by name and content, a table quoted where it agrees with RFC 4180. "
                  "Files may be compressed (gzip, bzip2, xz, zstd, zip)"},
                 layout.format);
  visitor.field(
      {"header", "tables: the first line names the columns; else they are numbered from 1"},
      layout.header);
  visitor.field({"text", "column or key of the text"}, layout.text, {});
  visitor.field({"second", "column or key of the second text of a pair; empty: single texts"},
                layout.second, {});
  visitor.field({"label", "column or key of the label"}, layout.label, {});
  visitor.choice({"target", "class: one of a few words; number: a number, by squared error"},
                 target);
  visitor.field({"labels", "list of the classes' words in their order; left out: found in train"},
                labels);
  visitor.field({"positive", "the class whose F1 is the score f1; empty: the second of two"},
                positive, {});
  visitor.choice({"metric", "score that selects the best checkpoint; auto: accuracy, or pearson"},
                 metric);
  visitor.field({"dev_share", "fraction of each class of train that is held out when dev is empty"},
                dev_share, {.min = 0, .max = 1, .above_min = true, .below_max = true});
  visitor.field({"split_seed", "seed that selects the examples held out"}, split_seed, {.min = 0});
  input.fields(visitor);
}

std::vector<std::string> LabelledTextOptions::label_names() const {
  std::vector<std::string> names;
  for (const config::Tree& label : labels.items) names.push_back(label.scalar);
  return names;
}

void LabelledTextOptions::resolve(const config::Tree& section) {
  const std::string where = section.origin.empty() ? "" : section.origin + ": ";
  // An imported classifier has classes and no file to train on; it predicts and is scored.
  const bool needs_train = target == TextTarget::classes && labels.items.empty();
  if (train.empty() && needs_train)
    throw UsageError(where + "task.train: missing, expected a file of labelled texts");
  for (std::string* path : {&train, &dev, &test}) *path = absolute_path(*path);
  input.resolve(section);
  if (!labels.is_null() && !labels.is_sequence())
    throw UsageError(where + "task.labels: expected a list of words");
  if (target == TextTarget::numbers) {
    if (!labels.items.empty()) throw UsageError(where + "task.labels: numbers have no labels");
    if (!positive.empty()) throw UsageError(where + "task.positive: numbers have no classes");
    return;
  }
  if (labels.items.size() == 1) {
    throw UsageError(where + "task.labels: `" + labels.items.front().scalar +
                     "` alone, at least two are needed");
  }
  if (labels.items.empty()) {
    labels = config::Tree();
    labels.kind = config::Tree::Kind::sequence;
    for (std::string& name : data::labels_of(data::read_labelled_texts(train, layout))) {
      labels.items.push_back(config::Tree::text(std::move(name)));
      labels.items.back().quoted = true;  // text, whatever it looks like
    }
  }
  if (labels.items.size() < 2)
    throw DataError(train + ": has the one label `" + labels.items.front().scalar +
                    "`, at least two are needed");
  const std::vector<std::string> names = label_names();
  for (const std::string& name : names) {
    if (name.find_first_not_of(" \t") == std::string::npos)
      throw UsageError(where + "task.labels: a label is empty");
  }
  if (positive.empty() && names.size() == 2) positive = names[1];
  if (!positive.empty() && std::find(names.begin(), names.end(), positive) == names.end()) {
    throw UsageError(where + "task.positive: `" + positive + "` is no class, expected " +
                     join_choices(names));
  }
}

TaskKind labelled_text_task() {
  TaskKind kind;
  kind.name = "labelled_text";
  kind.help = "classes or numbers of texts or pairs of texts, from your own files";
  kind.metrics = "accuracy, f1 (of task.positive), f1_macro, mcc; of numbers pearson, spearman";
  kind.inherits_model = true;
  return make_kind<LabelledTextOptions>(kind, open_labelled);
}

}  // namespace yoso::tasks
