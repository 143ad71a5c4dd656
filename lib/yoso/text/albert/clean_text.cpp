#include "yoso/text/albert/clean_text.h"

#include <algorithm>

#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

constexpr char32_t kSmallSigma = 0x3c3, kFinalSigma = 0x3c2;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 128; });
}

/// `quotes` are those that LaTeX and the Penn Treebank write for ".
void replace_quotes(std::string& text, std::string_view quotes) {
  for (size_t at = 0; (at = text.find(quotes, at)) != std::string::npos; ++at) {
    text.replace(at, quotes.size(), "\"");
  }
}

}  // namespace

AlbertCleaner::AlbertCleaner(bool keep_accents) {
  flags_.set(tables::python_space, kWhite);
  flags_.set(tables::python_digit, kDigit);
  flags_.set(tables::cased, kCased);
  flags_.set(tables::case_ignorable, kIgnorable);
  if (keep_accents) {
    flags_.set(U'\x3a3', kSigma);
    map_.add(tables::lower_runs, tables::lower_strings);
  } else {
    flags_.set(tables::capital_sigma, kSigma);
    flags_.set(tables::albert_dropped, kDropped);
    map_.add(tables::bert_runs, tables::bert_strings);
    map_.add(tables::albert_runs, tables::albert_strings);
    map_.add_hangul();
  }
  map_.finish(flags_, kMapped);
}

std::string AlbertCleaner::collapse(std::string_view text) const {
  std::string result;
  result.reserve(text.size());
  const char* at = text.data();
  const char* end = at + text.size();
  bool space = false;
  while (at < end) {
    const char* begin = at;
    if ((flags_[decode_utf8(at)] & kWhite) != 0) {
      space = true;
      continue;
    }
    if (space && !result.empty()) result += ' ';
    space = false;
    result.append(begin, at);
  }
  return result;
}

void AlbertCleaner::apply(std::string_view text, std::string& clean) const {
  clean = collapse(text);
  replace_quotes(clean, "``");
  replace_quotes(clean, "''");
  if (is_ascii(clean)) {
    for (char& c : clean) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return;
  }
  std::u32string mapped;
  map(clean, mapped);
  clean.clear();
  for (char32_t c : mapped) append_utf8(clean, c);
}

void AlbertCleaner::map(std::string_view text, std::u32string& clean) const {
  std::vector<size_t> sigmas;
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
    const char32_t c = decode_utf8(at);
    const uint8_t flags = flags_[c];
    if ((flags & kDropped) != 0) continue;
    if ((flags & kSigma) != 0) sigmas.push_back(clean.size());
    if ((flags & kMapped) != 0) {
      map_.append(c, clean);
    } else {
      clean += c;
    }
  }
  for (size_t sigma : sigmas) clean[sigma] = is_final(clean, sigma) ? kFinalSigma : kSmallSigma;
}

/// Unicode's Final_Sigma (chapter 3.13): a cased letter before it and none behind it.
bool AlbertCleaner::is_final(const std::u32string& text, size_t sigma) const {
  size_t before = sigma;
  while (before > 0 && (flags_[text[before - 1]] & kIgnorable) != 0) --before;
  if (before == 0 || (flags_[text[before - 1]] & kCased) == 0) return false;
  size_t behind = sigma + 1;
  while (behind < text.size() && (flags_[text[behind]] & kIgnorable) != 0) ++behind;
  return behind == text.size() || (flags_[text[behind]] & kCased) == 0;
}

}  // namespace yoso::text
