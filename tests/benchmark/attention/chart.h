#pragma once

#include <string>
#include <vector>

#include "benchmark/attention/result.h"

namespace yoso::bench {

/// Time and memory over the length, as SVG: two panels for each kind of inputs, each attention in
/// its better type.
std::string chart(const std::vector<Result>& results);

/// Time a token against 1 − cosine to the dense attention, as SVG: a panel for each length, a curve
/// for each family, heads of trained models where there are any, over whose layers both are means.
std::string quality_chart(const std::vector<Result>& results);

}  // namespace yoso::bench
