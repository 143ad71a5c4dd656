#include "yoso/nn/attention/angular_hashes.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "yoso/nn/attention/random_keys.h"
#include "yoso/nn/random.h"

namespace yoso::nn {

namespace {

constexpr int64_t kSingleHashBits = 7;

int64_t columns_for(int64_t bits) { return bits == 0 ? 0 : int64_t{1} << (bits - 1); }

/// Columns of R for the only hash, or for the low one of two.
int64_t low_columns_for(int64_t most_bits) {
  const bool two = most_bits > kSingleHashBits;
  return columns_for(two ? std::max(kSingleHashBits, most_bits / 2) : most_bits);
}

/// argmax([y; −y]) over the last dimension of y [batch, heads, length, rounds, columns], of which a
/// row of the batch uses the first 2^bits / 2.
at::Tensor angular_buckets(const at::Tensor& y, const at::Tensor& bits) {
  const at::Tensor half =
      at::bitwise_left_shift(at::ones_like(bits), bits).div(2, "floor").view({-1, 1, 1, 1});
  const at::Tensor beyond = at::arange(y.size(-1), bits.options()) >= half.unsqueeze(-1);
  const at::Tensor column = y.abs().masked_fill_(beyond, -1).argmax(-1);
  const at::Tensor negative = y.gather(-1, column.unsqueeze(-1)).squeeze(-1) < 0;
  return column + half * negative;
}

}  // namespace

int64_t angular_columns(int64_t most_bits) {
  const bool two = most_bits > kSingleHashBits;
  return low_columns_for(most_bits) + (two ? columns_for(most_bits - most_bits / 2) : 0);
}

AngularHashesImpl::AngularHashesImpl(int64_t rounds, int64_t most_bits, const AttentionShape& shape)
    : rounds(rounds), most_bits(most_bits), shape_(shape) {
  low_columns_ = low_columns_for(most_bits);
  high_columns_ = angular_columns(most_bits) - low_columns_;
  stored_ =
      register_buffer("rotations", at::empty({shape.applications * shape.heads, shape.head_dim,
                                              rounds * (low_columns_ + high_columns_)}));
  resample(0);
}

at::Tensor AngularHashesImpl::draw_rotations(const at::Tensor& keys) const {
  const int64_t width = rounds * (low_columns_ + high_columns_);
  return random_normal(keys, shape_.heads * shape_.head_dim * width)
      .view({keys.size(0) * shape_.heads, shape_.head_dim, width});
}

at::Tensor AngularHashesImpl::buckets(const AttentionInputs& inputs, const at::Tensor& bits) const {
  check_application(inputs, shape_);
  const at::NoGradGuard no_grad;
  const int64_t batch = inputs.query.size(0), length = inputs.query.size(2);
  if (low_columns_ == 0) {
    return at::zeros({batch, shape_.heads, rounds, length}, bits.options());
  }
  at::Tensor rotations;
  if (inputs.hash_seed == nullptr) {
    rotations = stored_.narrow(0, inputs.application * shape_.heads, shape_.heads);
  } else {
    rotations = draw_rotations(training_keys(inputs, shape_, "training rotations"))
                    .unflatten(0, {batch, shape_.heads});
  }
  const at::Tensor rotated = at::matmul(inputs.query, rotations.to(inputs.query.scalar_type()))
                                 .unflatten(-1, {rounds, low_columns_ + high_columns_});
  const at::Tensor low_bits =
      at::where(bits <= kSingleHashBits, bits, bits.div(2, /*rounding_mode=*/"floor"));
  at::Tensor bucket = angular_buckets(rotated.narrow(-1, 0, low_columns_), low_bits);
  if (high_columns_ > 0) {
    const at::Tensor high =
        angular_buckets(rotated.narrow(-1, low_columns_, high_columns_), bits - low_bits);
    bucket = bucket + at::bitwise_left_shift(high, low_bits.view({-1, 1, 1, 1}));
  }
  return bucket.transpose(2, 3).contiguous();
}

void AngularHashesImpl::resample(int64_t number) {
  const at::NoGradGuard no_grad;
  stored_.copy_(draw_rotations(stored_keys(shape_, "stored rotations", number)));
}

void AngularHashesImpl::pretty_print(std::ostream& stream) const {
  stream << "yoso::nn::AngularHashes(rounds=" << rounds << ", most_bits=" << most_bits << ")";
}

}  // namespace yoso::nn
