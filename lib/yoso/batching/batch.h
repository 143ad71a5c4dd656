#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "yoso/data/split.h"

namespace yoso::batching {

/// The rows of one forward pass, padded to the longest of them.
struct Batch {
  at::Tensor input_ids;  // int64 [batch, length]; 0 where there is no token
  at::Tensor mask;  // bool [batch, length], true for a valid token; undefined when no row is padded
  at::Tensor second_ids, second_mask;  // the second text of each row, for tasks on pairs; as above
  at::Tensor labels;       // int64 [batch] (classes) or float32 [batch] (numbers); undefined: none
  at::Tensor parts;        // uint8 [batch]: the part that a row is scored with; undefined: one part
  at::Tensor rows;         // int64 [batch]: each row's position in the step's global batch
  at::Tensor token_types;  // int64 [batch, length]: which text of a pair; undefined: all 0
  at::Tensor masked;       // int64 [masked]: positions to predict, row · length + position, rising
  at::Tensor targets;      // int64 [masked]: the original tokens at these positions
  int64_t weight = 0;      // divisor of the loss: number of rows, or of masked tokens
  int64_t auxiliary_weight = 0;  // the same for a second loss; 0: there is none
  int64_t tokens = 0;            // valid tokens

  /// The same rows on another device; copies from pinned memory do not wait.
  Batch to(const c10::Device& device) const;

  /// The same rows in page-locked memory, from which a GPU copies while the program continues.
  /// Needs a GPU.
  Batch pinned() const;
};

}  // namespace yoso::batching
