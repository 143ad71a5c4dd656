#include "yoso/nn/attention/value_convolution.h"

#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace yoso::nn {

namespace {

/// The filters [heads, window] as banded matrices [heads, block, block + window − 1] that map a
/// block of tokens and its surroundings to the block: entry (i, j) is tap j − i, or zero.
at::Tensor banded(const at::Tensor& filters, int64_t block) {
  const int64_t heads = filters.size(0), window = filters.size(1);
  // Rows of window + block numbers, read as rows one shorter, move right by one from row to row.
  const at::Tensor rows =
      at::constant_pad_nd(filters, {0, block}).unsqueeze(1).expand({heads, block, window + block});
  return rows.flatten(1)
      .narrow(1, 0, block * (window + block - 1))
      .view({heads, block, window + block - 1});
}

/// Tokens that a banded matrix maps at a time.
int64_t block_of(int64_t window) {
  return std::max<int64_t>(16, static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(window))));
}

}  // namespace

int64_t convolution_multiply_adds(const AttentionShape& shape, int64_t window, int64_t length) {
  if (window == 0) return 0;
  const int64_t block = block_of(window), blocks = (length + block - 1) / block;
  return shape.heads * blocks * block * (block + window - 1) * shape.head_dim;
}

ValueConvolutionImpl::ValueConvolutionImpl(int64_t heads, int64_t window) {
  TORCH_CHECK(window > 0 && window % 2 == 1, "ValueConvolution: window ", window, " is not odd");
  weight = register_parameter("weight", at::empty({heads, 1, window, 1}));
  reset_parameters();
}

void ValueConvolutionImpl::reset_parameters() {
  torch::nn::init::kaiming_uniform_(weight, std::sqrt(5.0));
}

at::Tensor ValueConvolutionImpl::forward(const at::Tensor& value, const at::Tensor& mask) {
  // Blocks of tokens times banded matrices: on CPUs 3 to 6 times as fast as at::conv2d with a
  // filter a head.
  const int64_t batch = value.size(0), heads = value.size(1), length = value.size(2),
                dim = value.size(3);
  const int64_t window = weight.size(2);
  const int64_t block = block_of(window), blocks = (length + block - 1) / block;
  const int64_t seen = block + window - 1;

  at::Tensor valid = value;
  if (mask.defined()) valid = value.masked_fill(mask.logical_not().unsqueeze(1).unsqueeze(-1), 0);
  const at::Tensor padded =
      at::constant_pad_nd(valid, {0, 0, window / 2, blocks * block - length + window / 2});
  const at::Tensor surroundings =
      padded.unfold(2, seen, block);  // [batch, heads, blocks, dim, seen]
  const at::Tensor columns =
      surroundings.permute({1, 4, 0, 2, 3}).reshape({heads, seen, batch * blocks * dim});
  const at::Tensor sums = at::bmm(banded(weight.view({heads, window}), block), columns);
  return sums.view({heads, block, batch, blocks, dim})
      .permute({2, 0, 3, 1, 4})
      .reshape({batch, heads, blocks * block, dim})
      .narrow(2, 0, length);
}

void ValueConvolutionImpl::pretty_print(std::ostream& stream) const {
  stream << "yoso::nn::ValueConvolution(heads=" << weight.size(0) << ", window=" << weight.size(2)
         << ")";
}

}  // namespace yoso::nn
