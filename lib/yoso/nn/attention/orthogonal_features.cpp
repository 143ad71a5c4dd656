#include "yoso/nn/attention/orthogonal_features.h"

#include <ATen/ATen.h>

#include "yoso/nn/attention/random_keys.h"
#include "yoso/nn/random.h"
#include "yoso/util/random.h"

namespace yoso::nn {

OrthogonalFeaturesImpl::OrthogonalFeaturesImpl(int64_t features, int64_t resample_every,
                                               const AttentionShape& shape)
    : features(features), resample_every(resample_every), shape_(shape) {
  stored_ = register_buffer(
      "projection", at::empty({shape.applications * shape.heads, features, shape.head_dim}));
  resample(0);
}

at::Tensor OrthogonalFeaturesImpl::draw_directions(const at::Tensor& keys) const {
  const int64_t dim = shape_.head_dim, blocks = (features + dim - 1) / dim;
  const int64_t groups = keys.size(0) * shape_.heads;
  // Gaussian matrices to make orthogonal, and as many again for the norms.
  const at::Tensor numbers = random_normal(keys, 2 * shape_.heads * blocks * dim * dim)
                                 .to(at::kDouble)
                                 .view({keys.size(0), 2, shape_.heads * blocks, dim, dim});
  const auto [q, r] = at::linalg_qr(numbers.select(1, 0).flatten(0, 1));
  // With R's diagonal positive the factorisation is unique and Q uniform over rotations.
  const at::Tensor signs = r.diagonal(0, -2, -1).sgn().unsqueeze(-2);
  const at::Tensor norms =
      at::linalg_vector_norm(numbers.select(1, 1).flatten(0, 1), 2, at::IntArrayRef{-1}, true);
  const at::Tensor rows = (q * signs).transpose(-1, -2) * norms;
  return rows.reshape({groups, blocks * dim, dim}).narrow(1, 0, features).to(at::kFloat);
}

at::Tensor OrthogonalFeaturesImpl::directions(const AttentionInputs& inputs) const {
  check_application(inputs, shape_);
  if (inputs.hash_seed == nullptr || resample_every == 0)
    return stored_.narrow(0, inputs.application * shape_.heads, shape_.heads);
  const uint64_t key = stream_key(inputs.hash_seed->seed, "training features",
                                  static_cast<uint64_t>(shape_.layer + inputs.application),
                                  static_cast<uint64_t>(inputs.hash_seed->step / resample_every));
  return draw_directions(key_tensor(key, at::kCPU).unsqueeze(0)).to(inputs.query.device());
}

void OrthogonalFeaturesImpl::resample(int64_t number) {
  const at::NoGradGuard no_grad;
  stored_.copy_(draw_directions(stored_keys(shape_, "stored features", number)));
}

void OrthogonalFeaturesImpl::pretty_print(std::ostream& stream) const {
  stream << "yoso::nn::OrthogonalFeatures(features=" << features
         << ", resample_every=" << resample_every << ")";
}

}  // namespace yoso::nn
