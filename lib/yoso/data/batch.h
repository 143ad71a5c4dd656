#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace yoso::data {

enum class Split { train, dev, test };
const char* name(Split split);

/// Rows of one forward pass, as long as the longest of them.
struct Batch {
  at::Tensor input_ids;  // int64 [batch, length]
  at::Tensor mask;       // bool [batch, length], true for a real token
  at::Tensor labels;     // int64 [batch] (classes)
  at::Tensor rows;       // int64 [batch]: each row's place in the step's global batch
  int64_t weight = 0;    // what the loss is normalised by: rows, or masked tokens
  int64_t tokens = 0;    // real tokens

  Batch to(const c10::Device& device) const;
};

}  // namespace yoso::data
