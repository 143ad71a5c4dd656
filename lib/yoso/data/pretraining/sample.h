#pragma once

#include <cstdint>
#include <vector>

#include "yoso/data/pretraining/corpus.h"

namespace yoso::data::pretraining {

/// One input of a pretraining step.
struct Sample {
  std::vector<TokenId> tokens;   // with special tokens, after masking
  std::vector<uint8_t> types;    // of each token: 0 first text, 1 second; empty: all 0
  std::vector<int32_t> masked;   // positions to be predicted, ascending
  std::vector<TokenId> targets;  // the tokens that were at these positions
  int64_t label = 0;             // sentence pairs: 0 in their order, 1 swapped or from elsewhere
};

/// All samples of one pass over a corpus. What is drawn for a sample is a pure function of (seed,
/// epoch, index), so any process can make any sample at any time. Const members may be called from
/// several threads.
class SampleSource {
 public:
  virtual ~SampleSource() = default;

  virtual int64_t size() const = 0;  // samples in an epoch
  /// Sample `index` < size() of an epoch, masked.
  virtual Sample sample(int64_t index, int64_t epoch) const = 0;
};

}  // namespace yoso::data::pretraining
