#include "yoso/nn/attention/yoso_hashes.h"

#include <ATen/ATen.h>

#include "yoso/nn/attention/random_keys.h"
#include "yoso/nn/attention/yoso_options.h"
#include "yoso/nn/random.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/ops/hyperplane_codes.h"

namespace yoso::nn {

YosoHashesImpl::YosoHashesImpl(const YosoHashOptions& options, const AttentionShape& shape)
    : options(options), shape_(shape) {
  if (options.passes > 0) {
    head_sizes_ = {options.passes, 3, ops::hadamard_dim(shape.head_dim, options.bits)};
  } else {
    head_sizes_ = {options.hashes, options.bits, shape.head_dim};
  }
  std::vector<int64_t> sizes = head_sizes_;
  sizes.insert(sizes.begin(), shape.applications * shape.heads);
  stored_ = register_buffer(options.passes > 0 ? "signs" : "planes",
                            at::empty(sizes, options.passes > 0 ? at::kChar : at::kFloat));
  resample(0);
}

at::Tensor YosoHashesImpl::draw_numbers(const at::Tensor& keys) const {
  const int64_t count = shape_.heads * c10::multiply_integers(head_sizes_);
  at::Tensor drawn = options.passes > 0 ? random_signs(keys, count) : random_normal(keys, count);
  std::vector<int64_t> sizes = head_sizes_;
  sizes.insert(sizes.begin(), keys.size(0) * shape_.heads);
  return drawn.view(sizes);
}

at::Tensor YosoHashesImpl::numbers(const AttentionInputs& inputs) const {
  check_application(inputs, shape_);
  if (inputs.hash_seed == nullptr)
    return stored_.narrow(0, inputs.application * shape_.heads, shape_.heads);
  return draw_numbers(training_keys(inputs, shape_, "training hashes"));
}

at::Tensor YosoHashesImpl::codes(const at::Tensor& x, const at::Tensor& numbers,
                                 const at::Tensor& mask) const {
  const at::NoGradGuard no_grad;
  if (options.passes == 0) return ops::hyperplane_codes(x, numbers, optional_mask(mask));
  return ops::hadamard_codes(x, numbers, options.hashes, options.bits, optional_mask(mask));
}

void YosoHashesImpl::resample(int64_t number) {
  const at::NoGradGuard no_grad;
  stored_.copy_(draw_numbers(stored_keys(shape_, "stored hashes", number)));
}

void YosoHashesImpl::pretty_print(std::ostream& stream) const {
  stream << "yoso::nn::YosoHashes(hashes=" << options.hashes << ", bits=" << options.bits;
  if (options.passes > 0) {
    stream << ", hadamard passes=" << options.passes << ")";
  } else {
    stream << ", hyperplanes)";
  }
}

}  // namespace yoso::nn
