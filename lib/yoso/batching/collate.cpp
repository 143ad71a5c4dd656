#include "yoso/batching/collate.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <vector>

#include "yoso/batching/pad_tokens.h"

namespace yoso::batching {

Batch collate(const data::ByteDataset& examples, std::span<const int64_t> indices,
              int64_t first_row) {
  const auto rows = static_cast<int64_t>(indices.size());
  Batch batch;
  // One text of all rows: ids, and a mask where a row is padded.
  const auto fill = [&](int64_t text, at::Tensor& ids, at::Tensor& mask) {
    size_t length = 0;
    int64_t valid = 0;
    for (int64_t row : indices) {
      length = std::max(length, examples.tokens(row, text).size());
      valid += static_cast<int64_t>(examples.tokens(row, text).size());
    }
    const auto width = static_cast<int64_t>(length);
    const bool padded = valid < rows * width;
    ids = padded ? at::zeros({rows, width}, at::kLong) : at::empty({rows, width}, at::kLong);
    if (padded) mask = at::zeros({rows, width}, at::kBool);
    for (int64_t i = 0; i < rows; ++i) {
      const auto row = examples.tokens(indices[i], text);
      std::transform(row.begin(), row.end(), ids.mutable_data_ptr<int64_t>() + i * width,
                     [first = examples.layout().first_id](data::ByteDataset::Token token) {
                       return token + first;
                     });
      if (padded) std::fill_n(mask.mutable_data_ptr<bool>() + i * width, row.size(), true);
    }
    batch.tokens += valid;
  };
  fill(0, batch.input_ids, batch.mask);
  if (examples.layout().texts == 2) fill(1, batch.second_ids, batch.second_mask);

  batch.labels = at::empty({rows}, at::kLong);
  batch.rows = at::empty({rows}, at::kLong);
  batch.weight = rows;
  for (int64_t i = 0; i < rows; ++i) {
    batch.labels.mutable_data_ptr<int64_t>()[i] = examples.label(indices[i]);
    batch.rows.mutable_data_ptr<int64_t>()[i] = first_row + i;
  }
  return batch;
}

Batch collate(const data::TokenDataset& examples, std::span<const int64_t> indices,
              int64_t first_row, Padding padding, bool numbers) {
  const auto rows = static_cast<int64_t>(indices.size());
  std::vector<data::TokenSpan> spans;
  spans.reserve(indices.size());
  for (const int64_t index : indices) spans.push_back(examples.example(index));
  Batch batch;
  pad_tokens(batch, spans, padding.id, first_row, padding.width);
  batch.weight = rows;
  batch.labels = at::empty({rows}, numbers ? at::kFloat : at::kLong);
  if (examples.has_parts()) batch.parts = at::empty({rows}, at::kByte);
  for (int64_t i = 0; i < rows; ++i) {
    const double label = examples.label(indices[i]);
    if (numbers) {
      batch.labels.mutable_data_ptr<float>()[i] = static_cast<float>(label);
    } else {
      batch.labels.mutable_data_ptr<int64_t>()[i] = static_cast<int64_t>(label);
    }
    if (examples.has_parts())
      batch.parts.mutable_data_ptr<uint8_t>()[i] = examples.part(indices[i]);
  }
  return batch;
}

}  // namespace yoso::batching
