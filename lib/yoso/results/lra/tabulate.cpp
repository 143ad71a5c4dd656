#include "yoso/results/lra/tabulate.h"

#include <cmath>

#include "yoso/util/format.h"
#include "yoso/util/text.h"

namespace yoso::results::lra {
namespace {

constexpr size_t kWithoutPathX = kTasks - 1;

std::string percent(double fraction) { return format_fixed(100 * fraction, 2); }

/// "37.21 ± 0.31 [36.82, 37.60]", "37.21" for a single run; `~` where no run beats chance.
std::string cell_text(const std::optional<Cell>& cell) {
  if (!cell) return "-";
  if (cell->runs.empty()) return "diverged";
  const Summary& test = cell->test;
  std::string text = percent(test.mean);
  if (test.deviation) {
    text += " ± " + percent(*test.deviation) + " [" + percent(test.mean - *test.half_width) + ", " +
            percent(test.mean + *test.half_width) + "]";
  }
  return text + (cell->below_chance ? " ~" : "");
}

std::string average_text(const std::optional<double>& average) {
  return average ? percent(*average) : "-";
}

/// A published figure, in percent.
std::string published_text(double figure) {
  return std::isnan(figure) ? "-" : format_fixed(figure, 2);
}

std::string mode_of(const Row& row) { return row.compat ? "compat" : "default"; }

std::string dropout_text(const Cell& cell, const char* without) {
  return cell.attention_dropout ? format_number(*cell.attention_dropout) : without;
}

std::string giga(int64_t multiply_adds) {
  return multiply_adds == 0 ? "-" : format_significant(static_cast<double>(multiply_adds) / 1e9, 3);
}

double speed_of(const train::RunResult& run) { return run.tokens_per_second; }
int64_t peak_mib(const train::RunResult& run) { return run.peak_memory_bytes >> 20; }
double seconds_of(const train::RunResult& run) { return run.wall_seconds; }

}  // namespace

report::Table accuracy_table(const std::vector<Row>& rows,
                             const std::vector<PublishedRow>& published) {
  std::vector<std::string> header = {"attention", "mode"};
  header.insert(header.end(), kTaskTitles.begin(), kTaskTitles.end());
  header.insert(header.end(), {"average of 5", "of 6"});
  report::Table table(header);
  for (const Row& row : rows) {
    std::vector<std::string> cells = {row.name, mode_of(row)};
    for (const auto& cell : row.cells) cells.push_back(cell_text(cell));
    cells.push_back(average_text(row.average(kWithoutPathX)));
    cells.push_back(average_text(row.average(kTasks)));
    table.add(cells);
  }
  for (const PublishedRow& row : published) {
    std::vector<std::string> cells = {row.model, "published: " + row.source};
    for (const double accuracy : row.accuracy) cells.push_back(published_text(accuracy));
    cells.push_back(published_text(row.average(kWithoutPathX)));
    cells.push_back(published_text(row.average(kTasks)));
    table.add(cells);
  }
  return table;
}

report::Table cost_table(const std::vector<Row>& rows) {
  report::Table table({"attention", "mode", "task", "seeds", "diverged", "lr", "of", "dropout",
                       "test rows", "majority", "parameters", "GMAC", "tokens/s", "peak MiB",
                       "time"});
  for (const Row& row : rows) {
    for (size_t i = 0; i < kTasks; ++i) {
      if (!row.cells[i]) continue;
      const Cell& cell = *row.cells[i];
      std::vector<std::string> cells = {row.name,
                                        mode_of(row),
                                        kTaskTitles[i],
                                        std::to_string(cell.test.runs),
                                        std::to_string(cell.diverged),
                                        format_number(cell.lr),
                                        std::to_string(cell.rates),
                                        dropout_text(cell, "-")};
      if (!cell.runs.empty()) {
        const train::RunResult& first = cell.runs.front();
        cells.insert(cells.end(), {format_count(first.test->examples), percent(first.majority_rate),
                                   format_count(first.parameters), giga(first.multiply_adds),
                                   format_count(std::llround(mean_over(cell, speed_of))),
                                   format_count(std::llround(mean_over(cell, peak_mib))),
                                   format_duration(mean_over(cell, seconds_of))});
      }
      table.add(cells);
    }
  }
  return table;
}

report::Table long_table(const std::vector<Row>& rows, const std::vector<PublishedRow>& published) {
  report::Table table({"attention",
                       "source",
                       "mode",
                       "task",
                       "accuracy",
                       "deviation",
                       "ci95_low",
                       "ci95_high",
                       "seeds",
                       "diverged",
                       "lr",
                       "rates_tried",
                       "attention_dropout",
                       "test_rows",
                       "majority",
                       "parameters",
                       "multiply_adds",
                       "tokens_per_second",
                       "peak_mib",
                       "time_s"});
  for (const Row& row : rows) {
    for (size_t i = 0; i < kTasks; ++i) {
      if (!row.cells[i]) continue;
      const Cell& cell = *row.cells[i];
      const Summary& test = cell.test;
      const bool interval = test.half_width.has_value();
      std::vector<std::string> cells = {row.name,
                                        "own",
                                        mode_of(row),
                                        kTaskTitles[i],
                                        cell.runs.empty() ? "" : percent(test.mean),
                                        test.deviation ? percent(*test.deviation) : "",
                                        interval ? percent(test.mean - *test.half_width) : "",
                                        interval ? percent(test.mean + *test.half_width) : "",
                                        std::to_string(test.runs),
                                        std::to_string(cell.diverged),
                                        format_number(cell.lr),
                                        std::to_string(cell.rates),
                                        dropout_text(cell, "")};
      if (!cell.runs.empty()) {
        const train::RunResult& first = cell.runs.front();
        cells.insert(
            cells.end(),
            {std::to_string(first.test->examples), percent(first.majority_rate),
             std::to_string(first.parameters), std::to_string(first.multiply_adds),
             format_fixed(mean_over(cell, speed_of), 0), format_fixed(mean_over(cell, peak_mib), 0),
             format_fixed(mean_over(cell, seconds_of), 1)});
      }
      table.add(cells);
    }
  }
  for (const PublishedRow& row : published) {
    for (size_t i = 0; i < kTasks; ++i) {
      if (std::isnan(row.accuracy[i])) continue;
      table.add({row.model, "published: " + row.source, "", kTaskTitles[i],
                 format_fixed(row.accuracy[i], 2)});
    }
  }
  return table;
}

}  // namespace yoso::results::lra
