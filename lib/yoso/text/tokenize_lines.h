#pragma once

#include <cstdint>

#include "yoso/text/tokenizer.h"

namespace yoso::text {

/// Reads lines from the descriptor `in` and writes each one's ids, separated by spaces, as a line
/// to `out`; what has arrived is answered before more is read. A line ends at LF only, the last one
/// may lack it. With `special` the special tokens stand around each line, and their names in it
/// mean them. Returns the number of lines. DataError `NAME: cannot be read: REASON`; SystemError
/// when `out` cannot be written.
int64_t tokenize_lines(const Tokenizer& tokenizer, int in, const char* name, int out, bool special);

}  // namespace yoso::text
