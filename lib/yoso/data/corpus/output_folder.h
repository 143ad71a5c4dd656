#pragma once

#include <optional>
#include <string>

#include "yoso/data/shards/manifest.h"
#include "yoso/util/folder_lock.h"

namespace yoso::data {

/// The folder that shards are made in, held by this process.
class OutputFolder {
 public:
  /// Makes the folder, or finds a corpus in it that agrees with `wanted` (tokenizer, settings,
  /// input), complete or to be gone on with. A corpus without a whole shard is begun anew.
  /// UsageError when the folder holds anything else or another process works there; SystemError.
  OutputFolder(std::string path, const Manifest& wanted);

  const std::string& path() const { return path_; }

  /// What there is of the corpus; `wanted` at the beginning.
  const Manifest& manifest() const { return manifest_; }

  /// After a failure: a folder in which nothing was achieved is left as it was found.
  void give_up();

 private:
  void check(const Manifest& found, const Manifest& wanted) const;

  std::string path_;
  bool made_;  // here
  std::optional<FolderLock> lock_;
  Manifest manifest_;
};

}  // namespace yoso::data
