#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "yoso/data/split.h"

namespace yoso::batching {

/// Rows of one forward pass, as long as the longest of them.
struct Batch {
  at::Tensor input_ids;  // int64 [batch, length]; 0 where there is no token
  at::Tensor mask;  // bool [batch, length], true for a valid token; undefined when no row is padded
  at::Tensor second_ids, second_mask;  // the second text of each row, for tasks on pairs; as above
  at::Tensor labels;  // int64 [batch] (classes), float32 (numbers); undefined where a row has none
  at::Tensor parts;   // uint8 [batch]: rows scored by themselves; undefined: all are of one part
  at::Tensor rows;    // int64 [batch]: each row's position in the step's global batch
  at::Tensor token_types;  // int64 [batch, length]: which text of a pair; undefined: all 0
  at::Tensor masked;       // int64 [masked]: positions to predict, row · length + position, rising
  at::Tensor targets;      // int64 [masked]: the tokens that stood there
  int64_t weight = 0;      // what the loss is normalised by: rows, or masked tokens
  int64_t auxiliary_weight = 0;  // the same of a second loss; 0: there is none
  int64_t tokens = 0;            // valid tokens

  /// The same rows on another device; copies from pinned memory do not wait.
  Batch to(const c10::Device& device) const;

  /// The same rows in page-locked memory, from which a GPU copies while the program goes on. Needs
  /// a GPU.
  Batch pinned() const;
};

}  // namespace yoso::batching
