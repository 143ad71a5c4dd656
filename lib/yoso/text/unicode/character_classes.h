#pragma once

namespace yoso::text {

/// Classes of characters in the reference's regular expressions (unicode/tables.h).
bool is_word_character(char32_t c);  // \w: letters, marks, decimal digits, connectors, joiners
bool is_white_space(char32_t c);     // \s
bool is_number(char32_t c);          // \p{N}
bool is_punctuation(char32_t c);     // of ASCII, what is no letter, digit or space; else \p{P}

}  // namespace yoso::text
