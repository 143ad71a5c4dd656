#include "yoso/data/masked_batch.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace yoso::data {

Batch masked_batch(std::span<const pretraining::Sample> samples, pretraining::TokenId pad,
                   int64_t first_row) {
  const auto rows = static_cast<int64_t>(samples.size());
  int64_t width = 0;
  bool pairs = false;
  Batch batch;
  for (const pretraining::Sample& sample : samples) {
    const auto length = static_cast<int64_t>(sample.tokens.size());
    width = std::max(width, length);
    batch.tokens += length;
    batch.weight += static_cast<int64_t>(sample.masked.size());
    pairs |= !sample.types.empty();
  }
  batch.input_ids = at::full({rows, width}, pad, at::kLong);
  batch.rows = at::arange(first_row, first_row + rows, at::kLong);
  batch.masked = at::empty({batch.weight}, at::kLong);
  batch.targets = at::empty({batch.weight}, at::kLong);
  const bool padded = batch.tokens < rows * width;
  if (padded) batch.mask = at::zeros({rows, width}, at::kBool);
  if (pairs) {
    batch.token_types = at::zeros({rows, width}, at::kLong);
    batch.labels = at::empty({rows}, at::kLong);
    batch.auxiliary_weight = rows;
  }

  auto* masked = batch.masked.mutable_data_ptr<int64_t>();
  auto* targets = batch.targets.mutable_data_ptr<int64_t>();
  for (int64_t i = 0; i < rows; ++i) {
    const pretraining::Sample& sample = samples[i];
    const int64_t begin = i * width;
    std::copy(sample.tokens.begin(), sample.tokens.end(),
              batch.input_ids.mutable_data_ptr<int64_t>() + begin);
    if (padded) {
      std::fill_n(batch.mask.mutable_data_ptr<bool>() + begin, sample.tokens.size(), true);
    }
    if (pairs) {
      std::copy(sample.types.begin(), sample.types.end(),
                batch.token_types.mutable_data_ptr<int64_t>() + begin);
      batch.labels.mutable_data_ptr<int64_t>()[i] = sample.label;
    }
    masked = std::transform(sample.masked.begin(), sample.masked.end(), masked,
                            [begin](int32_t place) { return begin + place; });
    targets = std::copy(sample.targets.begin(), sample.targets.end(), targets);
  }
  return batch;
}

}  // namespace yoso::data
