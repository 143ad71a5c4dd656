#pragma once

#include <cstdint>
#include <span>

#include "yoso/batching/batch.h"
#include "yoso/data/token_dataset.h"

namespace yoso::batching {

/// Sets input_ids, mask, token_types (where any row has types), rows and tokens of a batch: `rows`
/// padded with `pad` to the longest of them, or to `width` tokens if that is more. `first_row` is
/// the position of the first one in the step's global batch.
void pad_tokens(Batch& batch, std::span<const data::TokenSpan> rows, int64_t pad, int64_t first_row,
                int64_t width = 0);

}  // namespace yoso::batching
