#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <optional>
#include <tuple>

#include "yoso/ops/cpu/row_access.h"

namespace yoso::ops::cpu {

/// Sums run in float64 where query or value has it, else in float32.
inline bool needs_double(const at::Tensor& query, const at::Tensor& value) {
  return query.scalar_type() == at::kDouble || value.scalar_type() == at::kDouble;
}

/// A contiguous tensor whose valid rows will be written. Rows that `mask` hides are set to zero.
at::Tensor new_rows(at::IntArrayRef sizes, const at::TensorOptions& options,
                    const std::optional<at::Tensor>& mask);

/// The gradients to be computed, each like its input.
class Gradients {
 public:
  Gradients(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
            const std::optional<at::Tensor>& query_mask, const std::optional<at::Tensor>& key_mask,
            std::array<bool, 3> needed);

  /// Null where the gradient is not needed.
  const RowWriter* query_writer() const { return writer(0); }
  const RowWriter* key_writer() const { return writer(1); }
  const RowWriter* value_writer() const { return writer(2); }

  /// Undefined where not needed.
  std::tuple<at::Tensor, at::Tensor, at::Tensor> tensors() const {
    return {tensors_[0], tensors_[1], tensors_[2]};
  }

 private:
  const RowWriter* writer(int i) const { return writers_[i] ? &*writers_[i] : nullptr; }

  at::Tensor tensors_[3];
  std::optional<RowWriter> writers_[3];
};

}  // namespace yoso::ops::cpu
