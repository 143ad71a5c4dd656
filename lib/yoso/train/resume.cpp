#include "yoso/train/resume.h"

#include <filesystem>

#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/train/result.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::train {

void check_resumable(const std::string& saved_config, const Setup& setup, Log& log) {
  const config::Tree saved = config::parse(read_file(saved_config), saved_config);
  const auto all = config::differences(saved, setup.tree());
  const auto text = [](const config::Difference& difference) {
    return difference.key + ": " + difference.before + " in the run, now " + difference.after;
  };
  if (const auto refused = config::refused_on_resume(all); !refused.empty()) {
    std::string lines;
    for (const auto& difference : refused) lines += saved_config + ": " + text(difference) + "\n";
    throw UsageError(lines +
                     "only durations, logging, evaluation and output keys may change on --resume");
  }
  for (const auto& difference : all) log.info("resumed with another " + text(difference));
}

bool is_complete(const RunFolder& run) {
  const std::string path = run.file("result.json");
  return std::filesystem::exists(path) && read_result(path).status == "complete";
}

}  // namespace yoso::train
