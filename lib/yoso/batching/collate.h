#pragma once

#include <cstdint>
#include <span>

#include "yoso/batching/batch.h"
#include "yoso/data/byte_dataset.h"
#include "yoso/data/token_dataset.h"

namespace yoso::batching {

/// The examples `indices` as one batch, padded with 0 to the longest of them; `first_row` is the
/// position of the first one in the step's global batch.
Batch collate(const data::ByteDataset& examples, std::span<const int64_t> indices,
              int64_t first_row);

/// What the rows of a batch are padded with.
struct Padding {
  int64_t id = 0;
  int64_t width = 0;  // least length of a batch
};

/// The examples `indices` as one batch, labels int64 classes or float32 numbers, `parts` where
/// there is more than one.
Batch collate(const data::TokenDataset& examples, std::span<const int64_t> indices,
              int64_t first_row, Padding padding, bool numbers);

}  // namespace yoso::batching
