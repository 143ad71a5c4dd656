#include "yoso/commands/glue_submit.h"

#include <filesystem>
#include <iostream>
#include <optional>

#include "yoso/data/glue/predictions.h"
#include "yoso/report/table.h"
#include "yoso/results/collect_runs.h"
#include "yoso/results/glue/cells.h"
#include "yoso/tasks/scores.h"
#include "yoso/train/saved_run.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"

namespace yoso::commands {

namespace fs = std::filesystem;

namespace {

/// A folder that may hold files of predictions.
struct Source {
  std::string folder;  // of the predictions
  std::string run;     // the run folder; empty: there are only predictions
  std::string task;    // of a run
  std::optional<double> dev;
};

std::vector<Source> sources_of(const std::vector<std::string>& paths) {
  std::vector<Source> sources;
  for (const std::string& path : paths) {
    const std::vector<std::string> runs = results::run_folders(path);
    if (runs.empty()) sources.push_back({.folder = path, .run = "", .task = "", .dev = {}});
    for (const std::string& run : runs) {
      const train::SavedRun saved(run);
      try {
        const auto result = saved.result();
        if (!result) continue;
        sources.push_back({.folder = saved.files().predictions(data::Split::test),
                           .run = run,
                           .task = result->task,
                           .dev = results::glue::dev_score(*result)});
      } catch (const DataError& error) {
        std::cerr << "left out: " << error.what() << "\n";
      }
    }
  }
  return sources;
}

/// The source of a file: a folder of predictions that has it, else the task's best run on dev.
const Source* choose(const std::vector<Source>& sources, const data::glue::SubmissionFile& file) {
  const Source* best = nullptr;
  for (const Source& source : sources) {
    if (source.run.empty() && fs::exists(source.folder + "/" + file.name)) return &source;
    if (source.task != file.task) continue;
    if (best == nullptr || source.dev > best->dev) best = &source;
  }
  return best;
}

}  // namespace

void submit_command(const SubmitOptions& options) {
  const std::vector<Source> sources = sources_of(options.runs);
  report::Table table({"file", "from", "dev", "rows"});
  std::vector<std::pair<std::string, std::string>> files;
  std::string missing;
  for (const data::glue::SubmissionFile& file : data::glue::submission_files()) {
    const Source* source = choose(sources, file);
    const std::string path = source ? source->folder + "/" + file.name : "";
    if (source != nullptr && fs::exists(path)) {
      files.emplace_back(file.name, data::glue::read_submission_file(file, path));
      table.add({file.name, path, source->dev ? tasks::score_text("", *source->dev) : "-",
                 format_count(file.examples)});
      continue;
    }
    missing += (missing.empty() ? "" : ", ") + std::string(file.name) +
               (source ? " (`finetune predict " + source->run + "` writes it)" : "");
    table.add({file.name, options.constant ? "CONSTANT" : "missing", "-",
               options.constant ? format_count(file.examples) : "-"});
    if (options.constant) files.emplace_back(file.name, data::glue::constant_predictions(file));
  }
  if (!missing.empty() && !options.partial && !options.constant) {
    throw DataError("missing: " + missing +
                    "; --partial zips what is at hand, --constant fills them with one label");
  }
  if (files.empty()) throw DataError("no file of predictions there");
  data::glue::write_zip(options.output, files);
  std::cout << table.text() << "\nwrote " << options.output << ": " << files.size()
            << " files of 11";
  if (!missing.empty())
    std::cout << (options.constant ? "; constant, no predictions: " : "; missing: ") << missing;
  std::cout << "\n";
}

}  // namespace yoso::commands
