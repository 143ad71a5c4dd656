#pragma once

namespace yoso::ops {

/// Which gradient reaches query and key; the names are those of the argument `gradient` of
/// sampled_attention and expected_attention.
enum class Gradient { lower_bound, unbiased, expected_lower_bound, exact };

}  // namespace yoso::ops
