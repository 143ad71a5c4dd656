#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "yoso/config/tree.h"
#include "yoso/serialization/safetensors.h"
#include "yoso/train/train_state.h"

namespace yoso::train {

/// One complete checkpoint in memory.
struct Checkpoint {
  TrainState state;
  std::string config;  // the run's resolved configuration, YAML
  serialization::NamedTensors model;
  serialization::NamedTensors optimizer;
};

/// Whether a folder is a complete checkpoint, damaged or not: has a manifest.
bool is_checkpoint(const std::string& folder);

/// Verifies sizes and checksums of a checkpoint folder against its manifest. DataError names the
/// file that is missing, truncated or changed.
void verify_checkpoint(const std::string& folder);

/// The checksum of a checkpoint's manifest, which changes with any of its files.
std::string manifest_checksum(const std::string& folder);

/// Parts of a checkpoint folder; call `verify_checkpoint` first. DataError for a damaged file.
TrainState read_state(const std::string& folder);
config::Tree read_config(const std::string& folder);  // the run's, resolved when it was saved
serialization::NamedTensors read_model(const std::string& folder);
serialization::NamedTensors read_optimizer(const std::string& folder);

/// The folder `checkpoints/` of a run: `step-N/` folders written whole or not at all, and the files
/// `latest` and `best`, each of which contains the name of one such folder.
class Checkpoints {
 public:
  explicit Checkpoints(std::string folder);

  /// Writes `step-N/` under a temporary name, fsyncs, renames, then points `latest` at it. A folder
  /// of that name is replaced and never missing in between. SystemError when the disk is full or
  /// cannot be written; the old folder then stays.
  void save(const Checkpoint& checkpoint);

  /// Points `best` at a step, or at none.
  void mark_best(std::optional<int64_t> step);

  /// Deletes all checkpoints but the `keep_last` newest, the best and the latest; also those newer
  /// than the latest, which stay behind when training was resumed from an earlier step.
  void prune(int64_t keep_last);

  /// Deletes what an interrupted save left behind; a folder whose replacement is missing is put
  /// back.
  void remove_leftovers();

  /// The step that the file `latest` or `best` names; nothing when the file is missing or names
  /// none.
  std::optional<int64_t> named(const std::string& name) const;
  std::optional<int64_t> latest() const { return named("latest"); }
  std::optional<int64_t> best() const { return named("best"); }

  /// The path of the file `latest` or `best`.
  std::string pointer(const std::string& name) const { return folder_ + "/" + name; }

  /// Steps of all complete folders, newest first.
  std::vector<int64_t> steps() const;

  std::string path(int64_t step) const;

  /// Whether the folder of this step exists and is complete.
  bool holds(int64_t step) const;

 private:
  void put_in_place(const std::string& temporary, const std::string& target) const;

  std::string folder_;
};

}  // namespace yoso::train
