#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yoso::interop {

/// "entailment,neutral" → its parts. UsageError for an empty part or one that occurs twice.
std::vector<std::string> split_labels(const std::string& text);

/// The index in `labels` of each of `wanted`. UsageError unless these are the same names in any
/// order, upper and lower case taken as equal.
std::vector<int64_t> order_of_labels(const std::vector<std::string>& labels,
                                     const std::vector<std::string>& wanted);

}  // namespace yoso::interop
