#include "yoso/batching/batch.h"

namespace yoso::batching {
namespace {

template <class Change>
Batch changed(const Batch& batch, Change change) {
  Batch result = batch;
  for (at::Tensor* tensor :
       {&result.input_ids, &result.mask, &result.second_ids, &result.second_mask, &result.labels,
        &result.parts, &result.rows, &result.token_types, &result.masked, &result.targets}) {
    if (tensor->defined()) *tensor = change(*tensor);
  }
  return result;
}

}  // namespace

Batch Batch::to(const c10::Device& device) const {
  return changed(
      *this, [&](const at::Tensor& tensor) { return tensor.to(device, /*non_blocking=*/true); });
}

Batch Batch::pinned() const {
  return changed(*this, [](const at::Tensor& tensor) { return tensor.pin_memory(); });
}

}  // namespace yoso::batching
