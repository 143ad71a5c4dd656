#pragma once

#include <cstdint>

#include "yoso/text/tokenizer.h"

namespace yoso::text {

/// Reads lines from the descriptor `in` and writes the ids of each, separated by spaces, as a line
/// to `out`; the ids of all complete lines are written before more is read. A line ends at LF only,
/// the last one may lack it. With `special`, special tokens are put around each line, and their
/// names in a line become these tokens. Returns the number of lines. DataError
/// `NAME: cannot be read: REASON`; SystemError when `out` cannot be written.
int64_t tokenize_lines(const Tokenizer& tokenizer, int in, const char* name, int out, bool special);

}  // namespace yoso::text
