#include "yoso/text/pipeline/pre_tokenizer.h"

#include "yoso/text/unicode/character_classes.h"
#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

using Step = PreTokenizer::Step;

/// Neighbours of one class make a piece; `dropped` ones make none, `single` ones one each.
enum class Class { dropped, word, other, single };

Class class_of(Step step, char32_t c) {
  switch (step) {
    case Step::bert:
      if (is_white_space(c)) return Class::dropped;
      return is_punctuation(c) ? Class::single : Class::word;
    case Step::whitespace:
      if (is_white_space(c)) return Class::dropped;
      return is_word_character(c) ? Class::word : Class::other;
    case Step::whitespace_split:
      return is_white_space(c) ? Class::dropped : Class::word;
    case Step::punctuation:
      return is_punctuation(c) ? Class::single : Class::word;
    case Step::digits:
      return is_number(c) ? Class::other : Class::word;
    case Step::single_digits:
      break;
  }
  return is_number(c) ? Class::single : Class::word;
}

void split_piece(Step step, std::string_view piece, std::vector<std::string_view>& pieces) {
  const char* at = piece.data();
  const char* end = at + piece.size();
  const char* begin = at;  // of the piece that is open
  Class open = Class::dropped;
  const auto close = [&](const char* to) {
    if (open != Class::dropped && begin < to) pieces.emplace_back(begin, to);
  };
  while (at < end) {
    const char* here = at;
    const Class next = class_of(step, decode_utf8(at));
    if (next == open && next != Class::single) continue;
    close(here);
    begin = here;
    open = next;
  }
  close(end);
}

}  // namespace

std::vector<std::string_view> PreTokenizer::split(std::string_view text) const {
  std::vector<std::string_view> pieces = {text};
  for (const Step step : steps_) {
    std::vector<std::string_view> next;
    for (const std::string_view piece : pieces) split_piece(step, piece, next);
    pieces = std::move(next);
  }
  return pieces;
}

}  // namespace yoso::text
