#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yoso {

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`; ASCII case
/// is ignored. (Optimal string alignment: no part is edited twice.)
size_t edit_distance(std::string_view a, std::string_view b);

/// The name that a misspelt `word` is nearest to, the first of equals: the edits between them are
/// at most a third of the longer one, or one begins with the other. Nothing when none is that near.
std::optional<std::string> nearest_name(std::string_view word,
                                        const std::vector<std::string>& known);

/// "a", "a or b", "a, b or c".
std::string join_choices(const std::vector<std::string>& words);

/// The shortest decimal that reads back to the same double: `0.001`, `64`, `1.0e-08`. Scientific
/// below 1e-4 and from 1e15, always with a point, because readers of YAML 1.1 (PyYAML) take `1e-08`
/// for text.
std::string format_number(double value);

/// A decimal number and nothing else: no hexadecimal, no infinity or NaN, no leading zero (`010`),
/// no surrounding space. Single underscores may group digits (`900_000`). Nothing when `text` is
/// otherwise or beyond a double.
std::optional<double> parse_number(std::string_view text);

/// As parse_number, for a whole number; `1e4` and `2.0` are whole. Nothing beyond int64 (2^53 with
/// point or exponent).
std::optional<int64_t> parse_integer(std::string_view text);

}  // namespace yoso
