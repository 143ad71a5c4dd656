#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yoso::tasks {

/// Named scores of one pass over a split, in the order to be shown. Fractions, not percentages,
/// where they are shares.
using Scores = std::vector<std::pair<std::string, double>>;

/// Whether a score is a share, to be shown in percent; losses and perplexities are not.
bool is_share(std::string_view name);

/// A score for people: "31.4 %", "12.3".
std::string score_text(std::string_view name, double value);

}  // namespace yoso::tasks
