#include "yoso/train/arena/table.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>

#include "yoso/report/chart.h"
#include "yoso/report/curves.h"
#include "yoso/report/table.h"
#include "yoso/train/arena/cells.h"
#include "yoso/train/arena/published.h"
#include "yoso/train/collect_runs.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/format.h"
#include "yoso/util/text.h"

namespace yoso::train::arena {
namespace {

constexpr size_t kWithoutPathX = kTasks - 1;

std::string percent(double fraction) { return format_fixed(100 * fraction, 2); }

/// "37.21 ± 0.31 [36.82, 37.60]", "37.21" for a single run; `~` where no run beats chance.
std::string cell_text(const std::optional<Cell>& cell) {
  if (!cell) return "-";
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

std::string giga(int64_t multiply_adds) {
  return multiply_adds == 0 ? "-" : format_significant(static_cast<double>(multiply_adds) / 1e9, 3);
}

template <class Value>
double mean_over(const Cell& cell, Value value) {
  double sum = 0;
  for (const RunResult& run : cell.runs) sum += static_cast<double>(value(run));
  return sum / static_cast<double>(cell.runs.size());
}

report::Table accuracy_table(const std::vector<Row>& rows,
                             const std::vector<PublishedRow>& published) {
  std::vector<std::string> header = {"attention"};
  header.insert(header.end(), kTaskTitles.begin(), kTaskTitles.end());
  header.insert(header.end(), {"average of 5", "of 6"});
  report::Table table(header);
  for (const Row& row : rows) {
    std::vector<std::string> cells = {row.name};
    for (const auto& cell : row.cells) cells.push_back(cell_text(cell));
    cells.push_back(average_text(row.average(kWithoutPathX)));
    cells.push_back(average_text(row.average(kTasks)));
    table.add(cells);
  }
  for (const PublishedRow& row : published) {
    std::vector<std::string> cells = {row.model + " (published: " + row.source + ")"};
    double sum = 0;
    for (size_t i = 0; i < kTasks; ++i) {
      cells.push_back(std::isnan(row.accuracy[i]) ? "-" : format_fixed(row.accuracy[i], 2));
      if (i < kWithoutPathX) sum += row.accuracy[i];
    }
    cells.push_back(format_fixed(sum / kWithoutPathX, 2));
    const double path_x = row.accuracy[kPathX];
    cells.push_back(std::isnan(path_x) ? "-" : format_fixed((sum + path_x) / kTasks, 2));
    table.add(cells);
  }
  return table;
}

report::Table cost_table(const std::vector<Row>& rows) {
  report::Table table({"attention", "task", "seeds", "lr", "of", "test rows", "majority",
                       "parameters", "GMAC", "tokens/s", "peak MiB", "time"});
  for (const Row& row : rows) {
    for (size_t i = 0; i < kTasks; ++i) {
      if (!row.cells[i]) continue;
      const Cell& cell = *row.cells[i];
      const RunResult& first = cell.runs.front();
      table.add({row.name, kTaskTitles[i], std::to_string(cell.test.runs), format_number(cell.lr),
                 std::to_string(cell.rates), format_count(first.test->rows),
                 percent(first.majority_rate), format_count(first.parameters),
                 giga(first.multiply_adds),
                 format_count(std::llround(
                     mean_over(cell, [](const RunResult& run) { return run.tokens_per_second; }))),
                 format_count(std::llround(mean_over(
                     cell, [](const RunResult& run) { return run.peak_memory_bytes >> 20; }))),
                 format_duration(
                     mean_over(cell, [](const RunResult& run) { return run.wall_seconds; }))});
    }
  }
  return table;
}

report::Table long_table(const std::vector<Row>& rows, const std::vector<PublishedRow>& published) {
  report::Table table({"attention", "source", "task", "accuracy", "deviation", "ci95_low",
                       "ci95_high", "seeds", "lr", "rates_tried", "test_rows", "majority",
                       "parameters", "multiply_adds", "tokens_per_second", "peak_mib", "time_s"});
  for (const Row& row : rows) {
    for (size_t i = 0; i < kTasks; ++i) {
      if (!row.cells[i]) continue;
      const Cell& cell = *row.cells[i];
      const Summary& test = cell.test;
      const RunResult& first = cell.runs.front();
      const auto optional = [](const std::optional<double>& value) {
        return value ? percent(*value) : std::string();
      };
      table.add(
          {row.name, "own", kTaskTitles[i], percent(test.mean), optional(test.deviation),
           test.half_width ? percent(test.mean - *test.half_width) : "",
           test.half_width ? percent(test.mean + *test.half_width) : "", std::to_string(test.runs),
           format_number(cell.lr), std::to_string(cell.rates), std::to_string(first.test->rows),
           percent(first.majority_rate), std::to_string(first.parameters),
           std::to_string(first.multiply_adds),
           format_fixed(mean_over(cell, [](const RunResult& r) { return r.tokens_per_second; }), 0),
           format_fixed(
               mean_over(cell, [](const RunResult& r) { return r.peak_memory_bytes >> 20; }), 0),
           format_fixed(mean_over(cell, [](const RunResult& r) { return r.wall_seconds; }), 1)});
    }
  }
  for (const PublishedRow& row : published) {
    for (size_t i = 0; i < kTasks; ++i) {
      if (std::isnan(row.accuracy[i])) continue;
      table.add({row.model, "published: " + row.source, kTaskTitles[i],
                 format_fixed(row.accuracy[i], 2)});
    }
  }
  return table;
}

/// One panel a task: accuracy against training speed, a point an attention.
report::Figure speed_figure(const std::vector<Row>& rows, const std::string& title) {
  report::Figure figure;
  figure.title = title.empty() ? "Accuracy against speed" : title;
  for (size_t i = 0; i < kTasks; ++i) {
    report::Panel panel{.title = kTaskTitles[i],
                        .x_label = "training, tokens/s",
                        .y_label = "test accuracy",
                        .series = {},
                        .references = {},
                        .percent = true};
    for (const Row& row : rows) {
      if (!row.cells[i]) continue;
      const Cell& cell = *row.cells[i];
      const double speed =
          mean_over(cell, [](const RunResult& run) { return run.tokens_per_second; });
      panel.series.push_back({.name = row.name, .x = {speed}, .y = {cell.test.mean}});
      if (panel.references.empty())
        panel.references.push_back({"majority class", cell.runs.front().majority_rate});
    }
    if (!panel.series.empty()) figure.panels.push_back(std::move(panel));
  }
  return figure;
}

/// The curves of all runs, in one picture.
void draw_runs(const TableOptions& options) {
  std::vector<report::NamedRun> drawn;
  for (const std::string& path : options.runs) {
    for (const std::string& folder : run_folders(path)) {
      const std::string metrics = folder + "/metrics.jsonl";
      if (std::filesystem::exists(metrics)) drawn.push_back({folder, metrics});
    }
  }
  report::draw_comparison(drawn, options.curves, options.title);
}

void print(const report::Table& table, const std::string& format) {
  std::cout << (format == "markdown" ? table.markdown() : table.text());
}

}  // namespace

void table_command(const TableOptions& options, const ArenaTableOptions& arena) {
  std::vector<std::string> left_out;
  const std::vector<Row> rows = collect(options.runs, left_out);
  const auto published =
      arena.published.empty() ? std::vector<PublishedRow>() : published_rows(arena.published);
  if (rows.empty() && published.empty())
    throw DataError("no finished run of a Long Range Arena task");
  if (options.format == "csv") {
    std::cout << long_table(rows, published).csv();
  } else {
    print(accuracy_table(rows, published), options.format);
    std::cout
        << "\nTest accuracy in percent: mean ± deviation over seeds [95 % confidence interval "
           "of the mean],\nat the learning rate of best mean dev accuracy; compat: the "
           "published harness's quirks; ~: no run beats\nthe majority class by two standard "
           "errors; published rows are copied, not run here.\n\n";
    if (!rows.empty()) {
      print(cost_table(rows), options.format);
      std::cout << "\nGMAC: 1e9 multiply-adds of the encoder's forward pass over one text of "
                   "model.max_length tokens, by formula.\n";
    }
  }
  for (const std::string& line : left_out) std::cerr << "left out: " << line << "\n";
  if (!options.curves.empty()) draw_runs(options);
  if (!arena.speed.empty())
    write_atomically(arena.speed, report::to_svg(speed_figure(rows, options.title)));
}

}  // namespace yoso::train::arena
