#include "yoso/results/lra/table.h"

#include <filesystem>
#include <iostream>

#include "yoso/report/chart.h"
#include "yoso/report/curves.h"
#include "yoso/results/collect_runs.h"
#include "yoso/results/lra/cells.h"
#include "yoso/results/lra/published.h"
#include "yoso/results/lra/tabulate.h"
#include "yoso/train/run_files.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::results::lra {
namespace {

/// Accuracy against training speed: one panel for each task, one point for each attention.
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
      if (!row.cells[i] || row.cells[i]->runs.empty()) continue;
      const Cell& cell = *row.cells[i];
      const double speed =
          mean_over(cell, [](const train::RunResult& run) { return run.tokens_per_second; });
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
      const std::string metrics = train::RunFiles(folder).metrics();
      if (std::filesystem::exists(metrics)) drawn.push_back({folder, metrics});
    }
  }
  report::draw_comparison(drawn, options.curves, options.title);
}

void print(const report::Table& table, const std::string& format) {
  std::cout << (format == "markdown" ? table.markdown() : table.text());
}

}  // namespace

void table_command(const TableOptions& options, const LraTableOptions& lra) {
  std::vector<std::string> left_out;
  const std::vector<Row> rows = collect(options.runs, left_out);
  const auto published =
      lra.published.empty() ? std::vector<PublishedRow>() : published_rows(lra.published);
  if (rows.empty() && published.empty())
    throw DataError("no finished run of a Long Range Arena task");
  if (options.format == "csv") {
    std::cout << long_table(rows, published).csv();
  } else {
    print(accuracy_table(rows, published), options.format);
    std::cout
        << "\nTest accuracy in percent: mean ± deviation over seeds [95 % confidence interval of "
           "the mean],\n"
           "at the learning rate of best mean dev accuracy among those with most finished seeds. "
           "Mode compat has the\n"
           "published harness's quirks and does not compare with mode default. "
           "~: no run beats the majority class by\n"
           "two standard errors. Published rows are copied, not run here; "
           "averages they do not give are computed.\n\n";
    if (!rows.empty()) {
      print(cost_table(rows), options.format);
      std::cout << "\nGMAC: 1e9 multiply-adds of the encoder's forward pass over one text of "
                   "model.max_length tokens, by formula. "
                   "Dropout: of attention weights,\nwhere the attention has such.\n";
    }
  }
  for (const std::string& line : left_out) std::cerr << "left out: " << line << "\n";
  if (!options.curves.empty()) draw_runs(options);
  if (!lra.speed.empty())
    write_atomically(lra.speed, report::to_svg(speed_figure(rows, options.title)));
}

}  // namespace yoso::results::lra
