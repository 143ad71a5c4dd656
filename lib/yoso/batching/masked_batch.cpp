#include "yoso/batching/masked_batch.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <vector>

#include "yoso/batching/pad_tokens.h"

namespace yoso::batching {

Batch masked_batch(std::span<const data::pretraining::Sample> samples,
                   data::pretraining::TokenId pad, int64_t first_row) {
  const auto rows = static_cast<int64_t>(samples.size());
  Batch batch;
  std::vector<data::TokenSpan> spans;
  spans.reserve(samples.size());
  for (const data::pretraining::Sample& sample : samples) {
    spans.push_back({sample.tokens, sample.types});
    batch.weight += static_cast<int64_t>(sample.masked.size());
  }
  pad_tokens(batch, spans, pad, first_row);
  const int64_t width = batch.input_ids.size(1);
  batch.masked = at::empty({batch.weight}, at::kLong);
  batch.targets = at::empty({batch.weight}, at::kLong);
  if (batch.token_types.defined()) {
    batch.labels = at::empty({rows}, at::kLong);
    batch.auxiliary_weight = rows;
  }

  auto* masked = batch.masked.mutable_data_ptr<int64_t>();
  auto* targets = batch.targets.mutable_data_ptr<int64_t>();
  for (int64_t i = 0; i < rows; ++i) {
    const data::pretraining::Sample& sample = samples[i];
    if (batch.labels.defined()) batch.labels.mutable_data_ptr<int64_t>()[i] = sample.label;
    masked = std::transform(sample.masked.begin(), sample.masked.end(), masked,
                            [begin = i * width](int32_t position) { return begin + position; });
    targets = std::copy(sample.targets.begin(), sample.targets.end(), targets);
  }
  return batch;
}

}  // namespace yoso::batching
