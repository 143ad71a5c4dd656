#include "yoso/ops/arguments.h"

#include <c10/util/Exception.h>

namespace yoso::ops {

void Arguments::has_dims(const char* name, const at::Tensor& tensor, int64_t dims,
                         const char* layout) const {
  TORCH_CHECK(tensor.defined(), "yoso::", op_, ": ", name, " is undefined, expected ", layout);
  TORCH_CHECK(tensor.dim() == dims, "yoso::", op_, ": ", name, " has ", tensor.dim(),
              " dimensions, expected ", dims, ": ", layout);
}

void Arguments::has_dtype(const char* name, const at::Tensor& tensor, at::ScalarType dtype) const {
  TORCH_CHECK(tensor.scalar_type() == dtype, "yoso::", op_, ": ", name, " is ",
              tensor.scalar_type(), ", expected ", dtype);
}

void Arguments::is_floating(const char* name, const at::Tensor& tensor) const {
  const at::ScalarType type = tensor.scalar_type();
  TORCH_CHECK(
      type == at::kDouble || type == at::kFloat || type == at::kBFloat16 || type == at::kHalf,
      "yoso::", op_, ": ", name, " is ", type, ", expected Double, Float, BFloat16 or Half");
}

void Arguments::same_dtype(const char* name, const at::Tensor& tensor, const char* other_name,
                           const at::Tensor& other) const {
  TORCH_CHECK(tensor.scalar_type() == other.scalar_type(), "yoso::", op_, ": ", name, " is ",
              tensor.scalar_type(), " but ", other_name, " is ", other.scalar_type());
}

void Arguments::same_device(const char* name, const at::Tensor& tensor, const char* other_name,
                            const at::Tensor& other) const {
  TORCH_CHECK(tensor.device() == other.device(), "yoso::", op_, ": ", name, " is on ",
              tensor.device(), " but ", other_name, " is on ", other.device());
}

void Arguments::same_size(const char* name, const at::Tensor& tensor, int64_t dim,
                          const char* other_name, const at::Tensor& other,
                          int64_t other_dim) const {
  TORCH_CHECK(tensor.sym_size(dim) == other.sym_size(other_dim), "yoso::", op_, ": ", name,
              ".size(", dim, ") is ", tensor.sym_size(dim), " but ", other_name, ".size(",
              other_dim, ") is ", other.sym_size(other_dim));
}

void Arguments::has_size(const char* name, const at::Tensor& tensor, int64_t dim,
                         int64_t size) const {
  TORCH_CHECK(tensor.sym_size(dim) == size, "yoso::", op_, ": ", name, ".size(", dim, ") is ",
              tensor.sym_size(dim), ", expected ", size);
}

void Arguments::at_least_one(const char* name, const at::Tensor& tensor, int64_t dim) const {
  TORCH_CHECK(tensor.sym_size(dim) >= 1, "yoso::", op_, ": ", name, ".size(", dim, ") is ",
              tensor.sym_size(dim), ", expected at least 1");
}

void Arguments::in_range(const char* name, int64_t value, int64_t low, int64_t high) const {
  TORCH_CHECK(low <= value && value <= high, "yoso::", op_, ": ", name, " is ", value,
              ", expected ", low, " to ", high);
}

void Arguments::fits_mask(const char* name, const std::optional<at::Tensor>& mask,
                          const char* x_name, const at::Tensor& x) const {
  if (!mask || !mask->defined()) return;
  has_dims(name, *mask, 2, "[batch, length]");
  has_dtype(name, *mask, at::kBool);
  same_device(name, *mask, x_name, x);
  same_size(name, *mask, 0, x_name, x, 0);
  same_size(name, *mask, 1, x_name, x, 2);
}

void Arguments::fits_document(const std::optional<at::Tensor>& document, const char* x_name,
                              const at::Tensor& x) const {
  if (!document || !document->defined()) return;
  has_dims("document", *document, 2, "[batch, length]");
  has_dtype("document", *document, at::kInt);
  same_device("document", *document, x_name, x);
  same_size("document", *document, 0, x_name, x, 0);
  same_size("document", *document, 1, x_name, x, 2);
}

void Arguments::fits_groups(const char* name, const at::Tensor& tensor, const at::Tensor& x) const {
  const c10::SymInt groups = tensor.sym_size(0), heads = x.sym_size(1);
  const c10::SymInt all = x.sym_size(0) * heads;
  TORCH_CHECK(groups == 1 || groups == heads || groups == all, "yoso::", op_, ": ", name,
              ".size(0) is ", groups, ", expected 1, ", heads, " (heads) or ", all,
              " (batch times heads)");
}

}  // namespace yoso::ops
