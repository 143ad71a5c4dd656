#pragma once

#include <string>
#include <utility>
#include <vector>

namespace yoso::tasks {

/// Named scores of one pass over a split, in the order to be shown. Fractions, not percentages.
using Scores = std::vector<std::pair<std::string, double>>;

}  // namespace yoso::tasks
