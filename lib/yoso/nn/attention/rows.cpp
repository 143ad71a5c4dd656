#include "yoso/nn/attention/rows.h"

#include <ATen/ATen.h>

namespace yoso::nn {

namespace {

/// An index that is the same for all `dim` columns, in the one layout for which LibTorch's gather
/// and scatter_add copy and sum whole rows in parallel.
at::Tensor row_index(const at::Tensor& index, int64_t dim) {
  return index.reshape(-1).unsqueeze(1).expand({-1, dim});
}

/// 0, step, 2·step, ... below count·step.
at::Tensor offsets(int64_t count, int64_t step, const at::Tensor& like) {
  return at::arange(0, count * step, step, like.options());
}

}  // namespace

at::Tensor empty_token_major(const at::Tensor& x) {
  return at::empty({x.size(0), x.size(2), x.size(1), x.size(3)}, x.options()).transpose(1, 2);
}

at::Tensor gather_rows(const at::Tensor& x, const at::Tensor& index) {
  const int64_t batch = x.size(0), heads = x.size(1), length = x.size(2), dim = x.size(3);
  std::vector<int64_t> sizes = index.sizes().vec();
  sizes[0] = batch;
  sizes[1] = heads;
  const at::Tensor first = offsets(batch * heads, length, index).view({batch, heads, 1});
  const at::Tensor flat = index.expand(sizes).flatten(2) + first;
  sizes.push_back(dim);
  return at::gather(x.reshape({batch * heads * length, dim}), 0, row_index(flat, dim)).view(sizes);
}

at::Tensor segment_sums(const at::Tensor& x, const at::Tensor& segment, int64_t segments) {
  const int64_t batch = x.size(0), heads = x.size(1), length = x.size(2), dim = x.size(3);
  // All heads of a token lie side by side where a projection made them: rows of heads·dim.
  const at::Tensor tokens = x.transpose(1, 2).reshape({batch * length, heads * dim});
  const at::Tensor index =
      segment.expand({batch, length}) + offsets(batch, segments + 1, segment).unsqueeze(1);
  const at::Tensor sums = at::zeros({batch * (segments + 1), heads * dim}, x.options())
                              .scatter_add(0, row_index(index, heads * dim), tokens);
  return sums.view({batch, segments + 1, heads, dim}).narrow(1, 0, segments).transpose(1, 2);
}

}  // namespace yoso::nn
