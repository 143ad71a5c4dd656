#pragma once

#include <string>
#include <vector>

#include "benchmark/attention/result.h"

namespace yoso::bench {

/// Time and memory over the length, as SVG: two panels for each kind of inputs, each attention in
/// its better type.
std::string chart(const std::vector<Result>& results);

}  // namespace yoso::bench
