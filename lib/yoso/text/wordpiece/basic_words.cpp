#include "yoso/text/wordpiece/basic_words.h"

#include <algorithm>

namespace yoso::text {

BasicWords::BasicWords(bool cased) {
  flags_.set(tables::bert_space, kWhite);
  flags_.set(tables::bert_isolated, kIsolated);
  flags_.set(tables::bert_cjk, kCjk);
  if (cased) {
    flags_.set(tables::bert_control, kDropped);
  } else {
    flags_.set(tables::bert_dropped, kDropped);
    flags_.set(tables::bert_barrier, kBarrier);
    for (const CombiningMark& mark : tables::bert_combining) flags_.set(mark.code_point, kMark);
    map_.add(tables::bert_runs, tables::bert_strings);
    map_.add_hangul();
    map_.finish(flags_, kMapped);
  }
  for (int byte = 0; byte < 256; ++byte) {
    const uint8_t flags = byte < 128 ? flags_[static_cast<char32_t>(byte)] : 0;
    parts_[byte] = byte >= 128                ? kMultiByte
                   : (flags & kWhite) != 0    ? kSpace
                   : (flags & kIsolated) != 0 ? kPunctuation
                   : (flags & ~kMapped) != 0  ? kRare
                                              : kPlain;
  }
}

uint8_t BasicWords::combining_class(char32_t c) const {
  const auto mark =
      std::lower_bound(tables::bert_combining.begin(), tables::bert_combining.end(), c,
                       [](const CombiningMark& a, char32_t b) { return a.code_point < b; });
  return mark->combining_class;
}

void BasicWords::Splitter::put_mark(char32_t c) {
  size_t at = word.size();
  while (at > fixed_ && rules_.combining_class(word[at - 1]) > rules_.combining_class(c)) --at;
  word.insert(at, 1, c);
}

void BasicWords::Splitter::write(std::string& text) const {
  for (char32_t c : word) append_utf8(text, c);
}

}  // namespace yoso::text
