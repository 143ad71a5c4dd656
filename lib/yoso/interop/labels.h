#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yoso::interop {

/// "entailment,neutral" → its parts. UsageError for an empty part or one that stands twice.
std::vector<std::string> split_labels(const std::string& text);

/// The position in `labels` of each of `wanted`, which must be the same names in another order; case
/// does not count. UsageError.
std::vector<int64_t> order_of_labels(const std::vector<std::string>& labels,
                                     const std::vector<std::string>& wanted);

}  // namespace yoso::interop
