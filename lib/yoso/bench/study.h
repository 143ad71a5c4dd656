#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "yoso/config/experiment.h"
#include "yoso/config/tree.h"

namespace yoso::bench {

/// The efficiency study of the YOSO and Nyströmformer papers: one step, forward and backward, of a
/// model of 6 layers with shared weights (dim 256, 4 heads, feed-forward 1024, vocabulary 512,
/// dropout 0.1, mean over tokens, 10 classes) over lengths of input.
struct StudyOptions {
  std::vector<config::Tree> attentions;  // each written as section `attention`
  std::vector<int64_t> lengths;
  int64_t repeats = 10;      // timed steps
  int64_t memory_limit = 0;  // bytes of tensors; 0: none
  double time_limit = 0;     // seconds: a step that takes longer ends the doubling; 0: none
  int64_t max_batch = 0;     // 0: none
  config::Precision precision = config::Precision::float32;
  c10::Device device = c10::Device("cpu");
  uint64_t seed = 1;
};

/// Steps at one batch size.
struct StepMeasure {
  int64_t batch = 0;
  double ms = 0;            // milliseconds a row of the batch, mean over the steps
  double ms_deviation = 0;  // standard deviation of that between steps
  double mb = 0;            // a row, peak over the step, model included; 1 MB = 1e6 bytes
};

/// One attention at one length.
struct StudyCell {
  size_t attention = 0;  // in StudyOptions::attentions
  int64_t length = 0;
  int64_t multiply_adds = 0;           // of the encoder's forward pass, a row of the batch
  std::optional<StepMeasure> largest;  // at the largest batch that fits; empty: no row fits
  std::string bound;                   // what ended the doubling: memory, time or batch
  std::optional<StepMeasure> common;   // at the batch that fits everywhere
};

/// Measures every attention at every length at the largest batch that fits, found by doubling, then
/// all of them at the smallest of those batches. Calls `report` with each cell when it is measured
/// (a second time with `common`) and stops when it returns false. UsageError for options that do
/// not resolve.
std::vector<StudyCell> run_study(const StudyOptions& options,
                                 const std::function<bool(const StudyCell&)>& report);

}  // namespace yoso::bench
