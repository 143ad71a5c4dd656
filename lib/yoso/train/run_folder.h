#pragma once

#include <string>

#include "yoso/train/run_files.h"
#include "yoso/util/folder_lock.h"

namespace yoso::train {

/// The folder of a run in training, locked by one process for the life of the object (an flock on
/// the file `lock`). SavedRun reads a run without a lock.
class RunFolder {
 public:
  /// Makes and locks the folder. UsageError when another process holds it; SystemError when it
  /// cannot be written.
  explicit RunFolder(const std::string& folder);

  /// Whether a run was started here before.
  bool occupied() const;

  const std::string& path() const { return files_.folder(); }
  const RunFiles& files() const { return files_; }

 private:
  RunFiles files_;
  FolderLock lock_;
};

}  // namespace yoso::train
