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
  /// input), complete or to be continued. A corpus without a complete shard is begun again.
  /// UsageError when the folder holds anything else or another process works there; SystemError.
  OutputFolder(std::string path, const Manifest& wanted);

  const std::string& path() const { return path_; }

  /// The manifest of the corpus found; `wanted` at the beginning.
  const Manifest& manifest() const { return manifest_; }

  /// After a failure: restores the folder as it was found, unless it holds complete shards.
  void give_up();

 private:
  void check(const Manifest& found, const Manifest& wanted) const;

  std::string path_;
  bool made_;  // here
  std::optional<FolderLock> lock_;
  Manifest manifest_;
};

}  // namespace yoso::data
