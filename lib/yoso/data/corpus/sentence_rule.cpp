#include "yoso/data/corpus/sentence_rule.h"

#include <algorithm>
#include <iterator>

namespace yoso::data {
namespace {

// Quotes and brackets around sentences, in UTF-8.
constexpr std::string_view kClosing[] = {"\"", "'", ")", "]", "\u201d", "\u2019", "*", "_"};
constexpr std::string_view kOpening[] = {"\"", "'", "(", "[", "\u201c", "\u2018", "*", "_"};
constexpr std::string_view kNoEnd[] = {"Mr",  "Mrs", "Ms", "Dr",  "St",     "Prof", "Capt",
                                       "Col", "Gen", "Lt", "Sgt", "Messrs", "Mme",  "Mlle",
                                       "Rev", "Hon", "No", "vs",  "Jr",     "Sr"};

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_capital(c) || (c >= 'a' && c <= 'z'); }

size_t skip_any(std::string_view text, size_t at, const std::string_view (&marks)[8]) {
  for (bool found = true; found;) {
    found = false;
    for (const std::string_view mark : marks) {
      if (text.substr(at).starts_with(mark)) {
        at += mark.size();
        found = true;
      }
    }
  }
  return at;
}

/// Whether the word before a period at `at` is a title, an initial or `No`.
bool is_abbreviation(std::string_view text, size_t at) {
  size_t begin = at;
  while (begin > 0 && is_letter(text[begin - 1])) --begin;
  const std::string_view word = text.substr(begin, at - begin);
  if (word.size() == 1 && is_capital(word[0]) && word != "I") return true;
  return std::find(std::begin(kNoEnd), std::end(kNoEnd), word) != std::end(kNoEnd);
}

bool begins_sentence(std::string_view text, size_t at) {
  at = skip_any(text, at, kOpening);
  if (at >= text.size()) return false;
  // Every letter beyond ASCII counts as a capital.
  const auto c = static_cast<unsigned char>(text[at]);
  return is_capital(text[at]) || (c >= '0' && c <= '9') || c >= 0x80;
}

}  // namespace

size_t first_sentence(std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c != '.' && c != '!' && c != '?') continue;
    if (c == '.' && is_abbreviation(text, at)) continue;
    const size_t end = skip_any(text, at + 1, kClosing);
    size_t next = end;
    while (next < text.size() && (text[next] == ' ' || text[next] == '\t')) ++next;
    if (next > end && begins_sentence(text, next)) return end;
  }
  return text.size();
}

}  // namespace yoso::data
