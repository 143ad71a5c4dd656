#include "yoso/data/batch.h"

namespace yoso::data {

Batch Batch::pinned() const {
  Batch pinned = *this;
  for (at::Tensor* tensor : {&pinned.input_ids, &pinned.mask, &pinned.labels, &pinned.rows}) {
    if (tensor->defined()) *tensor = tensor->pin_memory();
  }
  return pinned;
}

Batch Batch::to(const c10::Device& device) const {
  Batch moved = *this;
  for (at::Tensor* tensor : {&moved.input_ids, &moved.mask, &moved.labels, &moved.rows}) {
    if (tensor->defined()) *tensor = tensor->to(device, /*non_blocking=*/true);
  }
  return moved;
}

}  // namespace yoso::data
