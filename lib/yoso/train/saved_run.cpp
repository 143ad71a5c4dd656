#include "yoso/train/saved_run.h"

#include <algorithm>
#include <filesystem>

#include "yoso/config/read.h"
#include "yoso/train/checkpoint.h"
#include "yoso/util/error.h"

namespace yoso::train {
namespace fs = std::filesystem;

bool SavedRun::is_one(const std::string& folder) { return fs::exists(RunFiles(folder).config()); }

SavedRun::SavedRun(const std::string& folder) : files_(folder) {
  if (!is_one(folder)) throw DataError(folder + ": is no run folder (it has no config.yaml)");
}

config::Tree SavedRun::config() const { return config::load(files_.config()); }

std::optional<RunResult> SavedRun::result() const {
  if (!fs::exists(files_.result())) return {};
  return read_result(files_.result());
}

bool SavedRun::diverged() const { return fs::exists(files_.diverged()); }

std::string SavedRun::checkpoint(const std::string& name, Log& log) const {
  const Checkpoints checkpoints(files_.checkpoints());
  if (name != "best" && name != "latest") {
    const bool is_step = name.starts_with("step-") && name.size() > 5 &&
                         name.find_first_not_of("0123456789", 5) == std::string::npos;
    if (!is_step) throw UsageError("--checkpoint " + name + ": expected best, latest or step-N");
    return files_.checkpoints() + "/" + name;
  }
  auto step = checkpoints.named(name);
  if (!step && fs::exists(checkpoints.pointer(name)))
    throw DataError(checkpoints.pointer(name) + ": names no checkpoint");
  if (!step && name == "best") {
    step = checkpoints.latest();
    if (step) log.info("no evaluation has chosen a best checkpoint yet: taking the latest");
  }
  if (!step) throw DataError(path() + ": holds no checkpoint yet");
  return checkpoints.path(*step);
}

std::vector<std::string> SavedRun::checkpoints() const {
  const Checkpoints all(files_.checkpoints());
  std::vector<std::string> folders;
  for (const int64_t step : all.steps()) folders.push_back(all.path(step));
  std::reverse(folders.begin(), folders.end());
  return folders;
}

}  // namespace yoso::train
