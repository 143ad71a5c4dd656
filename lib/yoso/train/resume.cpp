#include "yoso/train/resume.h"

#include <filesystem>

#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/train/result.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::train {

void check_resumable(const RunFiles& run, const tasks::ResolvedExperiment& resolved, Log& log) {
  const std::string saved_config = run.config();
  // Resolved again, so that options that are newer than the file have their defaults.
  const config::Tree saved =
      tasks::resolve(config::parse(read_file(saved_config), saved_config)).tree();
  const auto all = config::differences(saved, resolved.tree());
  const auto text = [](const config::Difference& difference) {
    return difference.key + ": " + difference.before + " in the run, now " + difference.after;
  };
  const auto task_options =
      config::document_fields(tasks::find_task(resolved.experiment.task).describe);
  if (const auto refused = config::refused_on_resume(all, task_options); !refused.empty()) {
    std::string lines;
    for (const auto& difference : refused) lines += saved_config + ": " + text(difference) + "\n";
    throw UsageError(lines +
                     "only durations, logging, evaluation and output keys may change on --resume");
  }
  for (const auto& difference : all) log.info("resumed with another " + text(difference));
}

bool is_complete(const RunFiles& run, int64_t step, Log& log) {
  const std::string path = run.result();
  if (!std::filesystem::exists(path)) return false;
  try {
    const RunResult result = read_result(path);
    return result.status == "complete" && result.steps == step;
  } catch (const DataError& error) {
    log.warn(error.what());
    return false;
  }
}

}  // namespace yoso::train
