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

/// Writes what a run measures: metrics.jsonl and, when asked, TensorBoard events beside it.
class Recorder {
 public:
  /// Cuts both back to what `state` knows of first (a resumed run).
  Recorder(const RunFiles& run, const TrainState& state, bool tensorboard);

  /// The window since the last line, closed by an update with this gradient norm.
  void train(const TrainState& state, double epoch, double grad_norm);

  void evaluation(const TrainState& state, double epoch, data::Split split,
                  const Evaluation& evaluation);

  /// One record of split `diagnostics` with keys `layer0/keys_per_bucket`, ...
  void diagnostics(const TrainState& state, double epoch,
                   const std::vector<nn::Diagnostics>& layers);

  /// Everything written so far is on the disk: a checkpoint may rely on it.
  void sync();

 private:
  void write(const report::Record& record);

  report::MetricsWriter metrics_;
  std::optional<report::EventWriter> events_;
};

}  // namespace yoso::train
