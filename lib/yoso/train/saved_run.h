#pragma once

#include <optional>
#include <string>
#include <vector>

#include "yoso/config/tree.h"
#include "yoso/train/result.h"
#include "yoso/train/run_files.h"
#include "yoso/util/log.h"

namespace yoso::train {

/// A run folder as it is read, finished or not: nothing in it is locked or written.
class SavedRun {
 public:
  /// Whether a folder is one: it has a config.yaml.
  static bool is_one(const std::string& folder);

  /// DataError: no run folder.
  explicit SavedRun(const std::string& folder);

  const std::string& path() const { return files_.folder(); }
  const RunFiles& files() const { return files_; }

  /// The configuration, resolved when it was saved.
  config::Tree config() const;

  /// How the run ended; nothing where it did not yet. DataError: result.json is damaged.
  std::optional<RunResult> result() const;

  /// Whether a sweep gave the run up, its loss having become NaN or infinite.
  bool diverged() const;

  /// The folder of the checkpoint that `--checkpoint NAME` means: `best` (before one is chosen the
  /// latest, which the log is told), `latest` or `step-N`. UsageError: another word. DataError: the
  /// run has none yet. Whether it is there and whole, verify_checkpoint finds out.
  std::string checkpoint(const std::string& name, Log& log) const;

  /// The folders of all complete checkpoints, oldest first.
  std::vector<std::string> checkpoints() const;

 private:
  RunFiles files_;
};

}  // namespace yoso::train
