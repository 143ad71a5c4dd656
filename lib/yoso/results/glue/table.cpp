#include "yoso/results/glue/table.h"

#include <iostream>

#include "yoso/data/glue/tasks.h"
#include "yoso/report/table.h"
#include "yoso/results/glue/cells.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"
#include "yoso/util/text.h"

namespace yoso::results::glue {
namespace {

std::string percent(double fraction) { return format_fixed(100 * fraction, 1); }

std::string summary_text(const Summary& summary) {
  std::string text = percent(summary.mean);
  if (summary.deviation) text += " ± " + percent(*summary.deviation);
  return text;
}

/// "81.2 ± 0.3 / 70.1 ± 0.5"
std::string cell_text(const std::optional<Cell>& cell) {
  if (!cell) return "-";
  std::string text;
  for (const Summary& score : cell->scores)
    text += (text.empty() ? "" : " / ") + summary_text(score);
  return text;
}

std::string average_text(const std::optional<double>& average) {
  return average ? percent(*average) : "-";
}

std::vector<std::string> published_row() {
  std::vector<std::string> row = {"BERT-Small (published, test)"};
  const auto scores = published_bert_small();
  const auto average = [&](const std::vector<size_t>& tasks) {
    double sum = 0;
    for (const size_t task : tasks) sum += *task_score(scores[task]);
    return format_fixed(sum / static_cast<double>(tasks.size()), 1);
  };
  for (const TaskScores& task : scores) {
    std::string text;
    for (const double score : task) text += (text.empty() ? "" : " / ") + format_fixed(score, 1);
    row.push_back(text);
  }
  row.push_back(average(all_tasks()));
  row.push_back(average(paper_tasks()));
  return row;
}

report::Table score_table(const std::vector<Row>& rows) {
  std::vector<std::string> header = {"model"};
  for (const data::glue::GlueTask& task : data::glue::tasks()) {
    header.emplace_back(task.has_mismatched() ? "MNLI m/mm" : task.name);
  }
  header.insert(header.end(), {"GLUE", "paper's 5"});
  report::Table table(header);
  for (const Row& row : rows) {
    std::vector<std::string> cells = {row.name};
    for (const auto& cell : row.cells) cells.push_back(cell_text(cell));
    cells.push_back(average_text(row.average(all_tasks())));
    cells.push_back(average_text(row.average(paper_tasks())));
    table.add(cells);
  }
  table.add(published_row());
  return table;
}

/// The runs and the setting behind each cell.
report::Table run_table(const std::vector<Row>& rows) {
  report::Table table({"model", "task", "score", "mean", "median", "majority", "seeds", "settings",
                       "lr", "batch", "steps", "best run"});
  for (const Row& row : rows) {
    for (size_t i = 0; i < kTasks; ++i) {
      if (!row.cells[i]) continue;
      const Cell& cell = *row.cells[i];
      const GlueRun& best = cell.best();
      const std::string score = cell.scores.size() > 1 ? "average" : score_names(i).front();
      table.add({row.name, best.result.task, score, summary_text(cell.score), percent(cell.median),
                 percent(best.result.majority_rate), std::to_string(cell.runs.size()),
                 std::to_string(cell.settings), format_number(best.lr),
                 std::to_string(best.batch_size), format_count(best.result.steps), best.folder});
    }
  }
  return table;
}

}  // namespace

void table_command(const TableOptions& options) {
  std::vector<std::string> left_out;
  const std::vector<Row> rows = collect(options.runs, left_out);
  if (rows.empty()) throw DataError("no finished run of a GLUE task there (--each lists any run)");
  const auto print = [&](const report::Table& table) {
    std::cout << (options.format == "markdown" ? table.markdown()
                  : options.format == "csv"    ? table.csv()
                                               : table.text());
  };
  print(score_table(rows));
  if (options.format != "csv") {
    std::cout
        << "\nDev scores in percent, mean ± deviation over seeds at the setting of best mean: "
           "CoLA Matthews; MRPC, QQP\n"
           "F1 / accuracy; STS-B Pearson / Spearman; others accuracy. "
           "GLUE: mean over nine tasks, two scores averaged first;\n"
           "paper's 5: MRPC, SST-2, QNLI, QQP, MNLI. "
           "The published row is copied, from the test server.\n\n";
    print(run_table(rows));
  }
  for (const std::string& line : left_out) std::cerr << "left out: " << line << "\n";
}

}  // namespace yoso::results::glue
