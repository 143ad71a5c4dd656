#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "yoso/data/shards/manifest.h"
#include "yoso/util/folder_lock.h"

namespace yoso::data {

/// The folder that shards are made in, held by this process.
class OutputFolder {
 public:
  /// What is known of the corpus beside its manifest.
  struct About {
    int64_t skip_bad_rows = 0;
    /// data::content_checksum of its files; nothing when a signal stopped it.
    std::function<std::optional<std::string>()> contents;
  };

  /// Makes the folder, or finds a corpus in it that agrees with `wanted` (tokenizer, settings,
  /// input), complete or to be continued. A corpus without a complete shard is begun again. Where
  /// the contents of the files are asked for and a signal stops that, the object is good for
  /// `give_up` only.
  /// UsageError when the folder holds anything else or another process works there; SystemError.
  OutputFolder(std::string path, Manifest wanted, const About& about);

  const std::string& path() const { return path_; }

  /// The manifest of the corpus found; `wanted` at the beginning.
  const Manifest& manifest() const { return manifest_; }

  /// After a failure: restores the folder as it was found, unless it holds complete shards.
  void give_up();

 private:
  void check(const Manifest& found, const Manifest& wanted, const About& about) const;

  std::string path_;
  bool made_;  // here
  std::optional<FolderLock> lock_;
  Manifest manifest_;
};

}  // namespace yoso::data
