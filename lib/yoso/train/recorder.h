#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "yoso/data/split.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/report/event_file.h"
#include "yoso/report/metrics.h"
#include "yoso/train/evaluation.h"
#include "yoso/train/run_files.h"
#include "yoso/train/train_state.h"

namespace yoso::train {

/// Writes a run's measurements to metrics.jsonl and, if requested, as TensorBoard events beside it.
class Recorder {
 public:
  /// First removes records after `state.step` from both (a resumed run).
  Recorder(const RunFiles& run, const TrainState& state, bool tensorboard);

  /// One record of split `train` about the updates since the last record (TrainState::window).
  /// `grad_norm`: of the last update, before clipping.
  void train(const TrainState& state, double epoch, double grad_norm);

  /// One record of an evaluated split.
  void evaluation(const TrainState& state, double epoch, data::Split split,
                  const Evaluation& evaluation);

  /// One record of split `diagnostics` with keys `layer0/keys_per_bucket`, ...
  void diagnostics(const TrainState& state, double epoch,
                   const std::vector<nn::Diagnostics>& layers);

  /// Brings everything written so far to the disk, before a checkpoint that relies on it.
  void sync();

 private:
  void write(const report::Record& record);

  report::MetricsWriter metrics_;
  std::optional<report::EventWriter> events_;
};

}  // namespace yoso::train
