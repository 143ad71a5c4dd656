#pragma once

#include <string>

#include "yoso/config/tree.h"
#include "yoso/util/folder_lock.h"

namespace yoso::train {

/// The folder of one run, held by one process for the life of the object (an flock on `lock`).
class RunFolder {
 public:
  /// Makes and locks the folder. UsageError when another process holds it; SystemError when it
  /// cannot be written.
  explicit RunFolder(std::string path);

  /// Whether a run was started here before.
  bool occupied() const;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
  FolderLock lock_;
};

/// The configuration of a run, resolved when it was saved. DataError: no run folder.
config::Tree read_run_config(const std::string& run);

}  // namespace yoso::train
