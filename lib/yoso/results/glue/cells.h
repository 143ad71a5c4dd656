#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "yoso/results/statistics.h"
#include "yoso/train/result.h"

namespace yoso::results::glue {

inline constexpr size_t kTasks = 9;

/// The scores of a task in the order in which GLUE tells them: one; or two that are averaged (F1
/// and accuracy, both correlations, MNLI matched and mismatched).
using TaskScores = std::vector<double>;

/// Mean over what is there; nothing where a task lacks scores.
std::optional<double> task_score(const TaskScores& scores);

/// Names of a column's scores: {"f1", "accuracy"}, {"accuracy", "accuracy_mm"}.
std::vector<std::string> score_names(size_t task);

/// The task_score of a run's dev scores, whatever chose its best checkpoint (train.select may be
/// the loss); nothing where it has none or is of no GLUE task.
std::optional<double> dev_score(const train::RunResult& result);

/// A finished run of a GLUE task.
struct GlueRun {
  std::string folder;
  train::RunResult result;
  double lr = 0;
  int64_t batch_size = 0;
};

/// One task of a row: the runs of the setting (learning rate, batch, length, ...) of best mean
/// score on dev, which differ in their seeds alone.
struct Cell {
  std::vector<GlueRun> runs;
  std::vector<Summary> scores;  // of dev, in the order of score_names
  int settings = 1;             // how many were tried
  Summary score;                // of dev_score
  double median = 0;            // of dev_score
  const GlueRun& best() const;  // on dev
};

/// A model: attention, size, and the checkpoint that it started from.
struct Row {
  std::string name;
  std::array<std::optional<Cell>, kTasks> cells;

  /// GLUE's score: the unweighted mean over all nine tasks (or those given), nothing when one is
  /// missing.
  std::optional<double> average(const std::vector<size_t>& tasks) const;
};

/// The columns of GLUE's score, and those that the YOSO paper reports: MRPC, SST-2, QNLI, QQP and
/// MNLI.
std::vector<size_t> all_tasks();
std::vector<size_t> paper_tasks();

/// Collects finished runs at or below paths; unfinished, damaged and other ones are left out: a
/// line each in `left_out`.
std::vector<Row> collect(const std::vector<std::string>& paths, std::vector<std::string>& left_out);

/// BERT-Small (4 layers of width 512) on the test server, in percent, from the table of
/// google-research/bert: by column, the scores as told there.
std::array<TaskScores, kTasks> published_bert_small();

}  // namespace yoso::results::glue
