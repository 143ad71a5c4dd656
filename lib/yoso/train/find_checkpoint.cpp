#include "yoso/train/find_checkpoint.h"

#include <filesystem>

#include "yoso/train/checkpoint.h"
#include "yoso/util/error.h"

namespace yoso::train {
namespace fs = std::filesystem;

std::string find_checkpoint(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  if (fs::is_regular_file(path) && folder.filename() == "checkpoints") {  // a pointer file
    const Checkpoints checkpoints(folder.string());
    const auto step = checkpoints.named(fs::path(path).filename().string());
    if (!step) throw DataError(path + ": names no checkpoint");
    return checkpoints.path(*step);
  }
  if (is_checkpoint(path)) return path;
  const Checkpoints run(path + "/checkpoints");
  if (const auto best = run.best()) return run.path(*best);
  if (const auto latest = run.latest()) return run.path(*latest);
  throw DataError(path +
                  ": holds no checkpoint (expected a run folder or a checkpoints/step-N folder)");
}

std::string choose_checkpoint(const std::string& run, const std::string& name, Log& log) {
  const Checkpoints checkpoints(run + "/checkpoints");
  if (name != "best" && name != "latest") {
    const bool is_step = name.starts_with("step-") && name.size() > 5 &&
                         name.find_first_not_of("0123456789", 5) == std::string::npos;
    if (!is_step) throw UsageError("--checkpoint " + name + ": expected best, latest or step-N");
    return run + "/checkpoints/" + name;
  }
  auto step = checkpoints.named(name);
  if (!step && fs::exists(checkpoints.pointer(name)))
    throw DataError(checkpoints.pointer(name) + ": names no checkpoint");
  if (!step && name == "best") {
    step = checkpoints.latest();
    if (step) log.info("no evaluation has chosen a best checkpoint yet: taking the latest");
  }
  if (!step) throw DataError(run + ": holds no checkpoint yet");
  return checkpoints.path(*step);
}

}  // namespace yoso::train
