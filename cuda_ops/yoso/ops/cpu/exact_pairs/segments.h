#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "yoso/ops/cpu/head_group.h"
#include "yoso/ops/cpu/valid_rows.h"

namespace yoso::ops::cpu {

/// Valid rows that attend to each other: those of a sequence, or of one document of it.
struct Segment {
  int64_t sequence;
  const int32_t* positions[2];  // ascending, of queries and of keys
  int64_t count[2];
};

/// The segments of a batch. `document` is int32 [batch, length] and splits both sides; the ids of
/// the valid rows of a sequence must not fall. Throws c10::Error naming the operator `op` where they
/// do. The segments point into `queries` and `keys`.
std::vector<Segment> find_segments(const char* op, const ValidRows& queries, const ValidRows& keys,
                                   int64_t batch, const std::optional<at::Tensor>& document);

}  // namespace yoso::ops::cpu
