#include "yoso/ops/cuda/inputs.h"

#include <ATen/ops/logical_or.h>
#include <c10/util/Exception.h>

#include <cstdlib>
#include <limits>
#include <string_view>

namespace yoso::ops::cuda {

kernels::Element element_of(const char* op, const char* name, const at::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case at::kFloat:
      return kernels::Element::float32;
    case at::kBFloat16:
      return kernels::Element::bfloat16;
    case at::kHalf:
      return kernels::Element::float16;
    default:
      TORCH_CHECK(false, "yoso::", op, ": ", name, " is ", tensor.scalar_type(),
                  ", expected Float, BFloat16 or Half on a GPU");
  }
}

at::ScalarType common_type(const at::Tensor& a, const at::Tensor& b) {
  return a.scalar_type() == b.scalar_type() ? a.scalar_type() : at::kFloat;
}

at::Tensor row_tensor(const at::Tensor& tensor, at::ScalarType type) {
  const at::Tensor typed = tensor.to(type);
  return typed.stride(3) == 1 || typed.size(3) == 1 ? typed : typed.contiguous();
}

kernels::Rows rows_of(const at::Tensor& tensor) {
  return {tensor.const_data_ptr(), tensor.stride(0), tensor.stride(1), tensor.stride(2),
          tensor.size(3)};
}

at::Tensor mask_tensor(const std::optional<at::Tensor>& mask) {
  return mask && mask->defined() ? mask->contiguous() : at::Tensor();
}

const bool* mask_of(const at::Tensor& mask) {
  return mask.defined() ? mask.const_data_ptr<bool>() : nullptr;
}

void check_length(const char* op, const char* name, const at::Tensor& tensor) {
  constexpr int64_t kLongest = std::numeric_limits<int32_t>::max() - 4096;
  TORCH_CHECK(tensor.size(2) <= kLongest, "yoso::", op, ": ", name, ".size(2) is ", tensor.size(2),
              ", expected at most ", kLongest, " on a GPU");
}

void check_codes(const char* op, const char* name, const at::Tensor& codes, int64_t bits,
                 const std::optional<at::Tensor>& mask) {
  const char* const wanted = std::getenv("YOSO_CHECK");
  if (wanted == nullptr || std::string_view(wanted) != "1") return;
  at::Tensor wrong = at::logical_or(codes.lt(0), codes.ge(int64_t{1} << bits));
  if (mask && mask->defined()) wrong = wrong.logical_and(mask->unsqueeze(1).unsqueeze(1));
  TORCH_CHECK(!wrong.any().item<bool>(), "yoso::", op, ": ", name, " holds ",
              codes.masked_select(wrong)[0].item<int32_t>(), ", but ", bits, " bits allow 0 to ",
              (int64_t{1} << bits) - 1);
}

}  // namespace yoso::ops::cuda
