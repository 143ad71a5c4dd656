#include "yoso/train/find_checkpoint.h"

#include <filesystem>

#include "yoso/train/checkpoint.h"
#include "yoso/train/run_files.h"
#include "yoso/util/error.h"

namespace yoso::train {
namespace fs = std::filesystem;

std::string find_checkpoint(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  if (fs::is_regular_file(path) && run_of(path)) {  // a pointer file
    const Checkpoints checkpoints(folder.string());
    const auto step = checkpoints.named(fs::path(path).filename().string());
    if (!step) throw DataError(path + ": names no checkpoint");
    return checkpoints.path(*step);
  }
  if (is_checkpoint(path)) return path;
  const Checkpoints run(RunFiles(path).checkpoints());
  if (const auto best = run.best()) return run.path(*best);
  if (const auto latest = run.latest()) return run.path(*latest);
  throw DataError(path +
                  ": holds no checkpoint (expected a run folder or a checkpoints/step-N folder)");
}

std::optional<std::string> run_of(const std::string& checkpoint) {
  const fs::path folder = (fs::absolute(checkpoint) / "..").lexically_normal().parent_path();
  const std::string run = folder.parent_path().string();
  if (RunFiles(run).checkpoints() != folder.string()) return {};
  return run;
}

}  // namespace yoso::train
