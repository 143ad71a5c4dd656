#include "yoso/batching/pad_tokens.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace yoso::batching {

void pad_tokens(Batch& batch, std::span<const data::TokenSpan> rows, int64_t pad, int64_t first_row,
                int64_t width) {
  const auto count = static_cast<int64_t>(rows.size());
  bool typed = false;
  batch.tokens = 0;
  for (const data::TokenSpan& row : rows) {
    const auto length = static_cast<int64_t>(row.tokens.size());
    width = std::max(width, length);
    batch.tokens += length;
    typed |= !row.types.empty();
  }
  batch.input_ids = at::full({count, width}, pad, at::kLong);
  batch.rows = at::arange(first_row, first_row + count, at::kLong);
  const bool padded = batch.tokens < count * width;
  if (padded) batch.mask = at::zeros({count, width}, at::kBool);
  if (typed) batch.token_types = at::zeros({count, width}, at::kLong);
  for (int64_t i = 0; i < count; ++i) {
    const data::TokenSpan& row = rows[i];
    std::copy(row.tokens.begin(), row.tokens.end(),
              batch.input_ids.mutable_data_ptr<int64_t>() + i * width);
    if (padded) {
      std::fill_n(batch.mask.mutable_data_ptr<bool>() + i * width, row.tokens.size(), true);
    }
    if (typed) {
      std::copy(row.types.begin(), row.types.end(),
                batch.token_types.mutable_data_ptr<int64_t>() + i * width);
    }
  }
}

}  // namespace yoso::batching
