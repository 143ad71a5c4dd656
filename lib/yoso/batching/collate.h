#pragma once

#include <cstdint>
#include <span>

#include "yoso/batching/batch.h"
#include "yoso/data/byte_dataset.h"
#include "yoso/data/token_dataset.h"

namespace yoso::batching {

/// The examples `indices` as one batch with int64 labels, padded with 0 to the longest of them;
/// `first_row` is the position of the first one in the step's global batch.
Batch collate(const data::ByteDataset& examples, std::span<const int64_t> indices,
              int64_t first_row);

/// How the rows of a batch are padded.
struct Padding {
  int64_t id = 0;
  int64_t width = 0;  // minimum length of a batch
};

/// The examples `indices` as one batch. Labels are float32 numbers where `numbers` is set, else
/// int64 classes; `parts` is set where the dataset has more than one part.
Batch collate(const data::TokenDataset& examples, std::span<const int64_t> indices,
              int64_t first_row, Padding padding, bool numbers);

}  // namespace yoso::batching
