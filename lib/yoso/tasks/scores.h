#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yoso::tasks {

/// Named scores of one pass over a split, in the order in which they are shown. Rates such as an
/// accuracy are fractions of 1, not percentages (report::is_fraction in report/metrics.h).
using Scores = std::vector<std::pair<std::string, double>>;

/// A score for people: "31.4 %", "12.3".
std::string score_text(std::string_view name, double value);

}  // namespace yoso::tasks
