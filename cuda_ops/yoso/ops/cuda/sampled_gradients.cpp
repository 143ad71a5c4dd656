#include "yoso/ops/cuda/sampled_gradients.h"

#include <ATen/ops/empty.h>

#include <algorithm>

#include "yoso/ops/cuda/inputs.h"
#include "yoso/ops/kernels/pairs.h"
#include "yoso/ops/kernels/sampled_sums.h"

namespace yoso::ops::cuda {
namespace {

/// The gradients for query and key: rows in one type, and room for what heavy buckets add.
class PairSums {
 public:
  PairSums(const AttentionTensors& t, const at::Tensor& query_codes, bool exact)
      : type_(common_type(t.query, t.value)),
        x_{row_tensor(t.query, type_), row_tensor(t.key, type_)},
        y_{row_tensor(t.grad, type_), row_tensor(t.value, type_)},
        hashes_(query_codes.size(2)),
        parts_(std::min<int64_t>(hashes_, 4)),
        bits_(t.bits),
        exact_(exact) {
    for (int side : {0, 1}) {
      if (!t.needed[side]) continue;
      results_[side] = at::empty(x_[side].sizes(), x_[side].options());
    }
  }

  int64_t bytes_per_head() const {
    return hashes_ * 8 + 4 * parts_ * std::max(x_[0].size(2), x_[1].size(2)) * x_[0].size(3);
  }

  void reserve(int64_t heads) {
    const auto options = x_[0].options();
    counts_ = at::empty({heads, hashes_, 2}, options.dtype(at::kInt));
    sums_ = at::empty({heads, parts_, std::max(x_[0].size(2), x_[1].size(2)), x_[0].size(3)},
                      options.dtype(at::kFloat));
  }

  /// Both sides must be sorted.
  void add(const Launch& launch, const kernels::HeadGroup& heads, const SortedSide& queries,
           const SortedSide& keys) {
    bool counted = false;
    for (int side : {0, 1}) {
      if (!results_[side].defined()) continue;
      const kernels::PairGradients pairs = problem(heads, queries, keys, side);
      // The same for both sides: the rule is symmetric.
      if (!counted) launch.check(kernels::count_heavy_buckets(pairs, launch.stream()));
      counted = true;
      launch.check(kernels::bucket_tiles(pairs, launch.stream()));
      launch.check(kernels::whole_buckets(pairs, launch.stream()));
      launch.check(kernels::pair_gradients(pairs, launch.stream()));
    }
  }

  /// In the type of the input; undefined where not needed.
  at::Tensor result(int side, at::ScalarType type) const {
    return results_[side].defined() ? results_[side].to(type) : at::Tensor();
  }

 private:
  kernels::PairGradients problem(const kernels::HeadGroup& heads, const SortedSide& queries,
                                 const SortedSide& keys, int side) const {
    const kernels::PairSide sides[2] = {
        {rows_of(x_[0]), rows_of(y_[0]), queries.rows(), queries.lists()},
        {rows_of(x_[1]), rows_of(y_[1]), keys.rows(), keys.lists()}};
    const auto weight = exact_ ? kernels::PairWeight::exact : kernels::PairWeight::constant;
    const float mean = 1.0f / static_cast<float>(hashes_);
    kernels::PairGradients pairs{heads,
                                 hashes_,
                                 static_cast<int>(bits_),
                                 sides[side],
                                 sides[1 - side],
                                 element_of("_sampled_attention_backward", "query", x_[0]),
                                 weight,
                                 exact_ ? mean : mean * static_cast<float>(bits_) / 2,
                                 /*methods=*/{},
                                 static_cast<int>(parts_),
                                 static_cast<kernels::HeavyCounts*>(counts_.mutable_data_ptr()),
                                 static_cast<float*>(sums_.mutable_data_ptr()),
                                 results_[side].mutable_data_ptr()};
    pairs.methods = kernels::bucket_methods(pairs);
    return pairs;
  }

  at::ScalarType type_;
  at::Tensor x_[2], y_[2];  // of queries, of keys
  int64_t hashes_, parts_, bits_;
  bool exact_;
  at::Tensor results_[2];
  at::Tensor counts_, sums_;
};

}  // namespace

void add_sampled_sums(const Launch& launch, const kernels::HeadGroup& heads,
                      const SortedSide& receivers, const SortedSide& sources, int64_t bits,
                      const at::Tensor& from, const at::Tensor& to) {
  launch.check(
      kernels::sampled_sums({heads, receivers.hashes(), static_cast<int>(bits), receivers.rows(),
                             sources.lists(), sources.rows().length, rows_of(from),
                             to.mutable_data_ptr(), element_of("sampled_attention", "value", from)},
                            launch.stream()));
}

AttentionGradients sampled_gradients(const Launch& launch, const AttentionTensors& t,
                                     const at::Tensor& query_codes, const at::Tensor& key_codes,
                                     bool exact) {
  SortedSide queries(query_codes, t.query_mask, t.bits), keys(key_codes, t.key_mask, t.bits);
  const bool needs_pairs = t.needed[0] || t.needed[1];
  PairSums pairs(t, query_codes, exact);
  int64_t bytes = SortedSide::bytes_per_head(query_codes, t.bits);
  if (needs_pairs) bytes += SortedSide::bytes_per_head(key_codes, t.bits) + pairs.bytes_per_head();
  const HeadGroups groups(t.query.size(0), t.query.size(1), bytes);
  queries.reserve(groups.largest());
  if (needs_pairs) {
    keys.reserve(groups.largest());
    pairs.reserve(groups.largest());
  }
  at::Tensor grad_value;
  if (t.needed[2]) grad_value = at::empty(t.value.sizes(), t.value.options());
  const at::Tensor grads = row_tensor(t.grad, t.grad.scalar_type());
  groups.for_each([&](const kernels::HeadGroup& heads) {
    queries.sort(launch, heads);
    if (t.needed[2]) add_sampled_sums(launch, heads, keys, queries, t.bits, grads, grad_value);
    if (!needs_pairs) return;
    keys.sort(launch, heads);
    pairs.add(launch, heads, queries, keys);
  });
  return {pairs.result(0, t.query.scalar_type()), pairs.result(1, t.key.scalar_type()), grad_value};
}

}  // namespace yoso::ops::cuda
