#include "yoso/text/unicode/character_classes.h"

#include <algorithm>
#include <span>

#include "yoso/text/unicode/tables.h"

namespace yoso::text {
namespace {

bool is_in(std::span<const CodePointRange> ranges, char32_t c) {
  const auto behind = std::upper_bound(
      ranges.begin(), ranges.end(), c,
      [](char32_t code_point, CodePointRange range) { return code_point < range.first; });
  return behind != ranges.begin() && c <= std::prev(behind)->last;
}

}  // namespace

bool is_word_character(char32_t c) { return is_in(tables::word_character, c); }
bool is_white_space(char32_t c) { return is_in(tables::byte_level_white, c); }
bool is_number(char32_t c) { return is_in(tables::byte_level_number, c); }
bool is_punctuation(char32_t c) { return is_in(tables::bert_isolated, c); }

}  // namespace yoso::text
