#include "yoso/results/table.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "yoso/report/curves.h"
#include "yoso/report/run_names.h"
#include "yoso/report/table.h"
#include "yoso/train/saved_run.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"

namespace yoso::results {
namespace fs = std::filesystem;
namespace {

const std::vector<std::string> kHeader = {
    "run",   "task",      "attention",  "seed",      "metric",   "dev",      "test", "majority",
    "steps", "best step", "parameters", "precision", "tokens/s", "peak MiB", "time", "status"};

std::string cell(const std::optional<train::Evaluation>& evaluation, const std::string& metric) {
  if (!evaluation) return "-";
  return metric == "loss" ? format_fixed(evaluation->loss, 4)
                          : tasks::score_text(metric, evaluation->score(metric));
}

std::vector<std::string> cells(const std::string& name, const train::RunResult& result) {
  return {name,
          result.task,
          result.attention,
          std::to_string(result.seed),
          result.metric,
          cell(result.dev, result.metric),
          cell(result.test, result.metric),
          format_percent(result.majority_rate),
          format_count(result.steps),
          result.best_step ? format_count(*result.best_step) : "-",
          format_count(result.parameters),
          result.precision.empty() ? "-" : result.precision,
          format_count(static_cast<int64_t>(result.tokens_per_second)),
          format_count(result.peak_memory_bytes >> 20),
          format_duration(result.wall_seconds),
          result.status};
}

std::vector<std::string> empty_row(const std::string& name, const std::string& status) {
  std::vector<std::string> row(kHeader.size());
  row.front() = name;
  row.back() = status;
  return row;
}

}  // namespace

void table_command(const TableOptions& options) {
  report::Table table(kHeader);
  std::vector<report::NamedRun> drawn;
  std::vector<report::Reference> references;
  const std::vector<std::string> names = report::run_names(options.runs);
  for (size_t i = 0; i < options.runs.size(); ++i) {
    const std::string& name = names[i];
    const std::string& run = options.runs[i];
    if (!fs::is_directory(run)) throw DataError(run + ": no such run folder");
    const train::SavedRun saved(run);
    std::optional<train::RunResult> result;
    try {
      result = saved.result();
    } catch (const DataError&) {
      table.add(empty_row(name, "result.json is damaged"));
      continue;
    }
    if (!result) {
      table.add(empty_row(name, "no result yet"));
      continue;
    }
    table.add(cells(name, *result));
    drawn.push_back({name, saved.files().metrics()});
    if (references.empty()) references.push_back({"majority class", result->majority_rate});
  }
  if (options.format == "markdown") {
    std::cout << table.markdown();
  } else {
    std::cout << (options.format == "csv" ? table.csv() : table.text());
  }
  if (!options.curves.empty())
    report::draw_comparison(drawn, options.curves, options.title, {}, references);
}

}  // namespace yoso::results
