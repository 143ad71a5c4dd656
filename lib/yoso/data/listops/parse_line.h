#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "yoso/data/listops/symbols.h"

namespace yoso::data::listops {

/// How a file's lines are laid out (read.h describes both).
enum class Layout { lra, original };

/// The text without a header line, and its layout. DataError: an empty file, no example, or neither
/// layout; `path` is the file's name in messages.
std::pair<std::string_view, Layout> recognise_layout(std::string_view text,
                                                     const std::string& path);

/// Returns the label of a line (without its LF) and puts its expression, parentheses dropped, into
/// `tokens`. DataError `what is wrong`, without file and line.
int64_t parse_line(std::string_view line, Layout layout, std::vector<Token>& tokens);

}  // namespace yoso::data::listops
