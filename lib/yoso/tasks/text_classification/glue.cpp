#include "yoso/tasks/text_classification/glue.h"

#include "yoso/config/read.h"
#include "yoso/tasks/kind.h"
#include "yoso/util/error.h"

namespace yoso::tasks {

namespace glue = data::glue;

namespace {

constexpr const char* kName = "glue";

std::vector<std::string> subset_names() {
  std::vector<std::string> names;
  for (const glue::GlueTask& task : glue::tasks()) names.emplace_back(task.name);
  return names;
}

std::vector<data::TextExamples> load(const glue::Folder& folder, data::Split split) {
  std::vector<data::TextExamples> parts;
  if (split == data::Split::train) parts.push_back(folder.read(glue::Part::train));
  if (split == data::Split::dev) {
    parts.push_back(folder.read(glue::Part::dev));
    if (folder.has(glue::Part::dev_mismatched))
      parts.push_back(folder.read(glue::Part::dev_mismatched));
  }
  return parts;  // GLUE does not publish the labels of test
}

std::unique_ptr<Task> open_glue(const GlueOptions& options, const config::ModelConfig& model,
                                Log& log) {
  const glue::GlueTask& task = glue::find_task(options.subset);
  const glue::Folder folder(task, options.data);
  log.info(std::string(task.name) + ": data in " + folder.path());
  TextTaskData data;
  data.name = task.name;
  data.labels = task.labels;
  data.pairs = task.second != nullptr;
  data.columns.text = task.text;
  if (data.pairs) data.columns.second = task.second;
  data.scoring = glue_scoring(task);
  data.load = [folder](data::Split split) { return load(folder, split); };
  data.published = {task.published[0], task.published[1], 0};
  return std::make_unique<TextTask>(std::move(data), options.input, model.max_length, log);
}

}  // namespace

void GlueOptions::fields(config::FieldVisitor& visitor) {
  visitor.field({"subset", "which of the nine tasks; MNLI is scored on both of its dev sets"},
                subset, subset_names());
  visitor.field({"data",
                 "folder of the task's official files, "
                 "or the one that holds the folders of all tasks"},
                data, {});
  input.fields(visitor);
}

void GlueOptions::resolve(const config::Tree& section) {
  if (subset.empty()) {
    throw UsageError((section.origin.empty() ? "" : section.origin + ": ") +
                     "task.subset: missing, expected one of GLUE's tasks, such as CoLA");
  }
  resolve_data_path(data, section, "the folder of GLUE's files");
  input.resolve(section);
}

GlueOptions GlueOptions::of(const config::Tree& section) {
  const config::Tree* name = section.find("name");
  if (name == nullptr || name->scalar != kName) {
    throw UsageError("task " + (name ? name->scalar : "") + ": is none of GLUE's");
  }
  config::Tree written = section;
  std::erase_if(written.entries, [](const auto& entry) { return entry.first == "name"; });
  GlueOptions options;
  config::read(written, options, "task");
  return options;
}

TextScoring glue_scoring(const glue::GlueTask& task) {
  TextScoring scoring;
  scoring.names.assign(task.metrics.begin(), task.metrics.end());
  scoring.numbers = task.is_regression();
  scoring.classes = static_cast<int64_t>(task.labels.size());
  scoring.average = task.metrics.size() > 1;
  scoring.main = task.metrics.front();
  if (task.has_mismatched()) scoring.suffixes = {"", "_mm"};
  return scoring;
}

TaskKind glue_task() {
  TaskKind kind;
  kind.name = kName;
  kind.help = "one of the nine tasks of GLUE, from its official files";
  kind.metrics =
      "CoLA mcc; MRPC, QQP average of f1 and accuracy; "
      "STS-B average of pearson and spearman; others accuracy (MNLI also accuracy_mm)";
  kind.inherits_model = true;
  kind.label = [](const config::Tree& section) {
    const config::Tree* subset = section.find("subset");
    return subset != nullptr ? subset->scalar : std::string(kName);
  };
  return make_kind<GlueOptions>(kind, open_glue);
}

}  // namespace yoso::tasks
