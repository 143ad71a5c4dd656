#pragma once

#include <optional>
#include <string>
#include <vector>

#include "yoso/config/tree.h"
#include "yoso/train/result.h"
#include "yoso/train/run_files.h"
#include "yoso/util/log.h"

namespace yoso::train {

/// A run folder for reading, finished or not: nothing in it is locked or written.
class SavedRun {
 public:
  /// Whether a folder is a run folder: it has a config.yaml.
  static bool is_one(const std::string& folder);

  /// DataError: no run folder.
  explicit SavedRun(const std::string& folder);

  const std::string& path() const { return files_.folder(); }
  const RunFiles& files() const { return files_; }

  /// The configuration, resolved when it was saved.
  config::Tree config() const;

  /// How the run ended; nothing when it has not ended yet. DataError: result.json is damaged.
  std::optional<RunResult> result() const;

  /// Whether a sweep gave up the run because its loss became NaN or infinite.
  bool diverged() const;

  /// The folder of the checkpoint that `--checkpoint NAME` names: `best`, `latest` or `step-N`. For
  /// `best` before an evaluation has selected one, the latest, which is logged. UsageError: another
  /// name. DataError: the run has no checkpoint yet. verify_checkpoint checks that the folder
  /// exists and is complete.
  std::string checkpoint(const std::string& name, Log& log) const;

  /// The folders of all complete checkpoints, oldest first.
  std::vector<std::string> checkpoints() const;

 private:
  RunFiles files_;
};

}  // namespace yoso::train
