#pragma once

namespace yoso::ops {

/// How gradients reach query and key (operators.md, "Gradients").
enum class Gradient { lower_bound, unbiased, expected_lower_bound, exact };

}  // namespace yoso::ops
