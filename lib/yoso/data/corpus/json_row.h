#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yoso::data {

/// Why a row of JSON holds no text.
struct RowProblem {
  std::string reason;  // to be counted: "NaN"
  std::string what;    // "NaN is not JSON (Python writes it; ...)"
};

/// The text under `key` of a JSON object, or the reason why there is none.
std::optional<RowProblem> read_json_row(std::string_view row, const std::string& key,
                                        std::string& text);

/// Why a text that does not parse is no JSON. `failed_at`: bytes that a parser read until it gave
/// up, more than there are when it missed an end.
RowProblem why_not_json(std::string_view row, size_t failed_at);

}  // namespace yoso::data
