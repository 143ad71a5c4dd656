#include <ATen/ops/empty.h>

#include "yoso/ops/checks.h"
#include "yoso/ops/cuda/inputs.h"
#include "yoso/ops/cuda/launch.h"
#include "yoso/ops/cuda/operators.h"
#include "yoso/ops/kernels/codes.h"

namespace yoso::ops::cuda {
namespace {

/// What both families of codes need. Keeps the tensors alive that the problem points into.
struct CodesCall {
  CodesCall(const char* op, const at::Tensor& x_input, int64_t groups, int64_t hashes, int64_t bits,
            const Mask& mask_input)
      : element(element_of(op, "x", x_input)),
        x(row_tensor(x_input, x_input.scalar_type())),
        mask(mask_tensor(mask_input)),
        codes(at::empty({x.size(0), x.size(1), hashes, x.size(2)}, x.options().dtype(at::kInt))),
        problem{rows_of(x),
                element,
                mask_of(mask),
                x.size(0),
                x.size(1),
                x.size(2),
                groups,
                hashes,
                static_cast<int>(bits),
                codes.numel() > 0 ? codes.mutable_data_ptr<int32_t>() : nullptr} {
    check_length(op, "x", x);
  }

  kernels::Element element;
  at::Tensor x, mask, codes;
  kernels::CodesProblem problem;
};

}  // namespace

at::Tensor hadamard_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                          int64_t bits, const Mask& mask) {
  check_hadamard_codes(x, signs, hashes, bits, mask);
  const Launch launch("hadamard_codes", x);
  const CodesCall call("hadamard_codes", x, signs.size(0), hashes, bits, mask);
  const at::Tensor all_signs = signs.contiguous();
  const at::Tensor workspace =
      at::empty({kernels::hadamard_workspace(signs.size(3))}, x.options().dtype(at::kFloat));
  launch.check(kernels::hadamard_codes(
      call.problem,
      {all_signs.const_data_ptr<int8_t>(), signs.size(1), signs.size(3),
       workspace.numel() > 0 ? workspace.mutable_data_ptr<float>() : nullptr},
      launch.stream()));
  return call.codes;
}

at::Tensor hyperplane_codes(const at::Tensor& x, const at::Tensor& planes, const Mask& mask) {
  check_hyperplane_codes(x, planes, mask);
  element_of("hyperplane_codes", "planes", planes);
  const Launch launch("hyperplane_codes", x);
  const CodesCall call("hyperplane_codes", x, planes.size(0), planes.size(1), planes.size(2), mask);
  const at::Tensor all_planes = planes.to(at::kFloat).contiguous();
  launch.check(
      kernels::hyperplane_codes(call.problem, all_planes.const_data_ptr<float>(), launch.stream()));
  return call.codes;
}

}  // namespace yoso::ops::cuda
