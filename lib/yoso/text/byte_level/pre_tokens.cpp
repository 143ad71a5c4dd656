#include "yoso/text/byte_level/pre_tokens.h"

#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

/// The length of 's, 't, 're, 've, 'm, 'll or 'd at an apostrophe; 0 when none is there.
size_t contraction(const char* at, const char* end) {
  if (end - at < 2) return 0;
  switch (at[1]) {
    case 's':
    case 't':
    case 'm':
    case 'd':
      return 2;
    case 'r':
    case 'v':
      return end - at > 2 && at[2] == 'e' ? 3 : 0;
    case 'l':
      return end - at > 2 && at[2] == 'l' ? 3 : 0;
    default:
      return 0;
  }
}

}  // namespace

PreTokenRule::PreTokenRule() {
  classes_.set(tables::byte_level_letter, kLetter);
  classes_.set(tables::byte_level_number, kNumber);
  classes_.set(tables::byte_level_white, kWhite);
  for (char32_t c = 0; c < 128; ++c) ascii_[c] = classes_[c];
}

inline uint8_t PreTokenRule::take(const char*& at) const {
  const auto byte = static_cast<unsigned char>(*at);
  if (byte >= 128) return classes_[decode_utf8(at)];
  ++at;
  return ascii_[byte];
}

inline const char* PreTokenRule::skip(const char* at, const char* end, uint8_t of_class) const {
  while (at < end) {
    const char* behind = at;
    if (take(behind) != of_class) break;
    at = behind;
  }
  return at;
}

const char* PreTokenRule::next(const char* at, const char* end) const {
  if (*at == '\'') {
    if (const size_t length = contraction(at, end)) return at + length;
  }
  const char* behind = at;
  uint8_t of_class = take(behind);
  if (*at == ' ' && behind < end) of_class = take(behind);
  if (of_class == kWhite) return white_space(at, end);
  return skip(behind, end, of_class);
}

/// The end of a run of white space. Its last character is left out where something visible follows,
/// unless it is the only one.
const char* PreTokenRule::white_space(const char* at, const char* end) const {
  const char* last = at;
  const char* behind = at;
  while (behind < end) {
    const char* here = behind;
    if (take(behind) != kWhite) return last == at ? here : last;
    last = here;
  }
  return end;
}

}  // namespace yoso::text
