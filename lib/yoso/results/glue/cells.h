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

/// The scores of a task in the order in which GLUE (Wang et al. 2019) reports them: one, or two
/// that are averaged (F1 and accuracy, both correlations, MNLI matched and mismatched).
using TaskScores = std::vector<double>;

/// The mean of a task's scores; nothing when there are none.
std::optional<double> task_score(const TaskScores& scores);

/// Names of the scores of a task, by its column: {"f1", "accuracy"}, {"accuracy", "accuracy_mm"}.
std::vector<std::string> score_names(size_t task);

/// The task_score of a run's dev scores, whichever score selected its best checkpoint (train.select
/// may be the loss); nothing when it has none or is not of a GLUE task.
std::optional<double> dev_score(const train::RunResult& result);

/// A finished run of a GLUE task.
struct GlueRun {
  std::string folder;
  train::RunResult result;
  double lr = 0;
  int64_t batch_size = 0;
};

/// One task of a row: the runs of the setting (learning rate, batch size, length, ...) with the
/// best mean score on dev. They differ in their seeds alone. Scores are fractions of 1.
struct Cell {
  std::vector<GlueRun> runs;
  std::vector<Summary> scores;  // on dev, in the order of score_names
  int settings = 1;             // number of settings that were tried
  Summary score;                // of dev_score
  double median = 0;            // of dev_score
  const GlueRun& best() const;  // by dev_score
};

/// A model: attention, size, and the checkpoint that it started from.
struct Row {
  std::string name;
  std::array<std::optional<Cell>, kTasks> cells;

  /// The unweighted mean over the given tasks, GLUE's score over all nine; nothing when one is
  /// missing.
  std::optional<double> average(const std::vector<size_t>& tasks) const;
};

/// The columns of GLUE's score, and those that the YOSO paper (Zeng et al. 2021) reports: MRPC,
/// SST-2, QNLI, QQP and MNLI.
std::vector<size_t> all_tasks();
std::vector<size_t> paper_tasks();

/// Collects finished runs at or below paths. Unfinished and damaged runs, and those of other tasks,
/// are left out, with one line each in `left_out`. DataError: a path does not exist.
std::vector<Row> collect(const std::vector<std::string>& paths, std::vector<std::string>& left_out);

/// BERT-Small (4 layers of width 512) on the test server, in percent, by column, copied from the
/// table of google-research/bert.
std::array<TaskScores, kTasks> published_bert_small();

}  // namespace yoso::results::glue
