#pragma once

#include <cstdint>
#include <span>

#include "yoso/batching/batch.h"
#include "yoso/data/pretraining/sample.h"

namespace yoso::batching {

/// The samples as one batch, padded with `pad` to the longest of them. Samples with token types
/// also have labels. `first_row` is the position of the first one in the step's global batch.
/// `weight` is the number of masked tokens, `auxiliary_weight` the number of labels.
Batch masked_batch(std::span<const data::pretraining::Sample> samples,
                   data::pretraining::TokenId pad, int64_t first_row);

}  // namespace yoso::batching
