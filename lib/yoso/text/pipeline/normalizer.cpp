#include "yoso/text/pipeline/normalizer.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>
#include <new>

#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

enum Flag : uint8_t { kDropped = 1, kWhite = 2, kCjk = 4, kLowered = 8 };

std::string form_of(const std::string& text, int options) {
  utf8proc_uint8_t* result = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &result,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | options));
  const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owned(result, std::free);
  if (size < 0) throw std::bad_alloc();  // the text is well-formed
  return {reinterpret_cast<const char*>(result), static_cast<size_t>(size)};
}

/// The text without the characters that `dropped` takes.
template <class Dropped>
std::string without(const std::string& text, const Dropped& dropped) {
  std::string kept;
  kept.reserve(text.size());
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
    const char* begin = at;
    if (!dropped(decode_utf8(at))) kept.append(begin, at);
  }
  return kept;
}

bool is_nonspacing_mark(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_MN;
}

bool is_mark(char32_t c) {
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
         category == UTF8PROC_CATEGORY_ME;
}

}  // namespace

Normalizer::Normalizer(std::vector<Step> steps) : steps_(std::move(steps)) {
  flags_.set(tables::bert_control, kDropped);
  flags_.set(tables::bert_space, kWhite);
  flags_.set(tables::bert_cjk, kCjk);
  lower_.add(tables::lower_runs, tables::lower_strings);
  constexpr char32_t kCapitalSigma = 0x3a3, kSigma = 0x3c3;  // its table has the final one apart
  const CodePointRun sigma{kCapitalSigma, kSigma, 1, 1, 1};
  lower_.add({&sigma, 1}, {});
  lower_.finish(flags_, kLowered);
}

std::string Normalizer::apply(std::string_view text) const {
  std::string result(text);
  for (const Step step : steps_) result = apply(step, result);
  return result;
}

std::string Normalizer::apply(Step step, const std::string& text) const {
  switch (step) {
    case Step::nfd:
      return form_of(text, UTF8PROC_DECOMPOSE);
    case Step::nfc:
      return form_of(text, UTF8PROC_COMPOSE);
    case Step::nfkd:
      return form_of(text, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
    case Step::nfkc:
      return form_of(text, UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
    case Step::strip_marks:
      return without(text, is_mark);
    case Step::strip_accents:
      return without(form_of(text, UTF8PROC_DECOMPOSE), is_nonspacing_mark);
    default:
      break;
  }
  std::string result;
  result.reserve(text.size());
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
    const char* begin = at;
    const char32_t c = decode_utf8(at);
    const uint8_t flags = flags_[c];
    if (step == Step::clean && (flags & kWhite) != 0) {
      result += ' ';
    } else if (step == Step::clean && (flags & kDropped) != 0) {
      continue;
    } else if (step == Step::space_cjk && (flags & kCjk) != 0) {
      result.append(" ").append(begin, at).append(" ");
    } else if (step == Step::lowercase && (flags & kLowered) != 0) {
      std::u32string lower;
      lower_.append(c, lower);
      for (const char32_t letter : lower) append_utf8(result, letter);
    } else {
      result.append(begin, at);
    }
  }
  return result;
}

}  // namespace yoso::text
