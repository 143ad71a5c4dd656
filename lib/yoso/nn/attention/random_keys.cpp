#include "yoso/nn/attention/random_keys.h"

#include <ATen/ATen.h>

#include "yoso/nn/random.h"
#include "yoso/util/random.h"

namespace yoso::nn {

at::Tensor training_keys(const AttentionInputs& inputs, const AttentionShape& shape,
                         std::string_view purpose) {
  const HashSeed& hash_seed = *inputs.hash_seed;
  TORCH_CHECK(hash_seed.rows.defined() && hash_seed.rows.scalar_type() == at::kLong &&
                  hash_seed.rows.sizes() == inputs.query.sizes().slice(0, 1),
              "HashSeed::rows must be int64 [", inputs.query.size(0),
              "], one for each row of the batch");
  const uint64_t key =
      stream_key(hash_seed.seed, purpose, static_cast<uint64_t>(shape.layer + inputs.application),
                 static_cast<uint64_t>(hash_seed.step));
  return fold(key, hash_seed.rows.to(inputs.query.device()));
}

at::Tensor stored_keys(const AttentionShape& shape, std::string_view purpose, int64_t number) {
  std::vector<int64_t> keys;
  for (int64_t application = 0; application < shape.applications; ++application) {
    keys.push_back(static_cast<int64_t>(stream_key(shape.seed, purpose,
                                                   static_cast<uint64_t>(shape.layer + application),
                                                   static_cast<uint64_t>(number))));
  }
  return at::tensor(keys, at::kLong);
}

void check_application(const AttentionInputs& inputs, const AttentionShape& shape) {
  TORCH_CHECK(inputs.application >= 0 && inputs.application < shape.applications, "application ",
              inputs.application, " of a module built for ", shape.applications);
}

}  // namespace yoso::nn
