#include "yoso/results/glue/cells.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "yoso/data/glue/tasks.h"
#include "yoso/results/collect_runs.h"
#include "yoso/train/find_checkpoint.h"
#include "yoso/train/saved_run.h"
#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::results::glue {

namespace fs = std::filesystem;

namespace {

struct Collected {
  std::string row;
  size_t column = 0;
  std::string setting;
  GlueRun run;
};

size_t column_of(const std::string& task) {
  const auto tasks = data::glue::tasks();
  for (size_t i = 0; i < tasks.size(); ++i) {
    if (task == tasks[i].name) return i;
  }
  return kTasks;
}

/// Names the run or folder of model.init_from, as in "from bert-small".
std::string origin_of(const std::string& init_from) {
  if (init_from.empty()) return "random weights";
  return "from " + fs::path(train::run_of(init_from).value_or(init_from)).filename().string();
}

std::optional<Collected> read_run(const std::string& folder) {
  const train::SavedRun saved(folder);
  const auto ended = saved.result();
  if (!ended) return {};
  Collected collected;
  collected.run.folder = folder;
  collected.run.result = *ended;
  const train::RunResult& result = collected.run.result;
  collected.column = column_of(result.task);
  if (result.status != "complete" || !dev_score(result)) return {};
  const config::Tree experiment = saved.config();
  collected.row = result.attention + ", " + setting(experiment, "model", "layers") + "x" +
                  setting(experiment, "model", "dim") + ", " +
                  origin_of(setting(experiment, "model", "init_from"));
  collected.setting = setting_line(
      experiment,
      {{"task", "data"}, {"train", "eval_batch"}, {"train", "save_every"}, {"train", "keep_last"}});
  collected.run.lr = parse_number(setting(experiment, "train", "lr")).value_or(0);
  collected.run.batch_size = parse_integer(setting(experiment, "train", "batch_size")).value_or(0);
  return collected;
}

/// The dev scores of the runs that have one.
std::vector<double> dev_scores(const std::vector<GlueRun>& runs) {
  std::vector<double> scores;
  for (const GlueRun& run : runs) {
    if (const auto score = dev_score(run.result)) scores.push_back(*score);
  }
  return scores;
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Cell make_cell(size_t column, const std::map<std::string, std::vector<GlueRun>>& settings) {
  const auto best =
      std::max_element(settings.begin(), settings.end(), [](const auto& a, const auto& b) {
        return task_score(dev_scores(a.second)) < task_score(dev_scores(b.second));
      });
  Cell cell;
  cell.runs = best->second;
  cell.settings = static_cast<int>(settings.size());
  for (const std::string& name : score_names(column)) {
    std::vector<double> values;
    for (const GlueRun& run : cell.runs) {
      const double value = run.result.dev->score(name);
      if (!std::isnan(value)) values.push_back(value);
    }
    if (!values.empty()) cell.scores.push_back(summarise(values));
  }
  const std::vector<double> all = dev_scores(cell.runs);
  cell.score = summarise(all);
  cell.median = median_of(all);
  return cell;
}

}  // namespace

std::optional<double> task_score(const TaskScores& scores) {
  if (scores.empty()) return {};
  double sum = 0;
  for (const double score : scores) sum += score;
  return sum / static_cast<double>(scores.size());
}

std::vector<std::string> score_names(size_t task) {
  const data::glue::GlueTask& glue = data::glue::tasks()[task];
  std::vector<std::string> names(glue.metrics.begin(), glue.metrics.end());
  if (glue.has_mismatched()) names.push_back(names.front() + "_mm");
  return names;
}

std::optional<double> dev_score(const train::RunResult& result) {
  const size_t column = column_of(result.task);
  if (column == kTasks || !result.dev) return {};
  TaskScores scores;
  for (const std::string& name : score_names(column)) {
    const double score = result.dev->score(name);
    if (!std::isnan(score)) scores.push_back(score);
  }
  return task_score(scores);
}

const GlueRun& Cell::best() const {
  return *std::max_element(runs.begin(), runs.end(), [](const GlueRun& a, const GlueRun& b) {
    return dev_score(a.result) < dev_score(b.result);
  });
}

std::optional<double> Row::average(const std::vector<size_t>& tasks) const {
  double sum = 0;
  for (const size_t task : tasks) {
    if (!cells[task]) return {};
    TaskScores scores;
    for (const Summary& score : cells[task]->scores) scores.push_back(score.mean);
    const auto score = task_score(scores);
    if (!score) return {};
    sum += *score;
  }
  return sum / static_cast<double>(tasks.size());
}

std::vector<size_t> all_tasks() { return {0, 1, 2, 3, 4, 5, 6, 7, 8}; }

std::vector<size_t> paper_tasks() {
  return {column_of("MRPC"), column_of("SST-2"), column_of("QNLI"), column_of("QQP"),
          column_of("MNLI")};
}

std::vector<Row> collect(const std::vector<std::string>& paths,
                         std::vector<std::string>& left_out) {
  std::vector<std::string> names;  // in the order of the paths
  std::map<std::string, std::array<std::map<std::string, std::vector<GlueRun>>, kTasks>> runs;
  for (Collected& run : read_runs(paths, "finished run of a GLUE task", read_run, left_out)) {
    if (std::find(names.begin(), names.end(), run.row) == names.end()) names.push_back(run.row);
    runs[run.row][run.column][run.setting].push_back(std::move(run.run));
  }
  std::vector<Row> rows;
  for (const std::string& name : names) {
    Row row;
    row.name = name;
    for (size_t column = 0; column < kTasks; ++column) {
      if (!runs[name][column].empty()) row.cells[column] = make_cell(column, runs[name][column]);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::array<TaskScores, kTasks> published_bert_small() {
  return {{{27.8},
           {89.7},
           {83.4, 76.2},
           {78.8, 77.0},
           {68.1, 87.0},
           {77.6, 77.0},
           {86.4},
           {61.8},
           {62.3}}};
}

}  // namespace yoso::results::glue
