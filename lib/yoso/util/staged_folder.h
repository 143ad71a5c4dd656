#pragma once

#include <string>

namespace yoso {

/// A folder that appears under its name only when complete: it is filled beside it, under a hidden
/// name, and renamed by commit(). Without commit (an exception) nothing is left.
class StagedFolder {
 public:
  /// UsageError where `path` is there already and is not an empty folder; SystemError where it
  /// cannot be written.
  explicit StagedFolder(const std::string& path);
  ~StagedFolder();
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;

  /// Where it is filled.
  const std::string& path() const { return staged_; }

  /// Renames it to its path. SystemError.
  void commit();

 private:
  std::string path_, staged_;
};

}  // namespace yoso
