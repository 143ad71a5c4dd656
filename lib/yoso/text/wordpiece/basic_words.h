#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "yoso/text/unicode/code_points.h"
#include "yoso/util/utf8.h"

namespace yoso::text {

/// BERT's basic tokenizer, as Hugging Face's BertNormalizer and BertPreTokenizer do it:
/// - control characters are dropped, white space becomes spaces, CJK characters stand alone;
/// - uncased: canonical decomposition, accents dropped, lower case;
/// - the text is cut into words, and every punctuation character is one by itself.
class BasicWords {
 public:
  explicit BasicWords(bool cased);

  /// How a text may be cut into parts that are normalised each by itself, by its bytes.
  enum Part : uint8_t {
    kPlain,        // continues the part
    kRare,         // the same, but normalisation may change it
    kSpace,        // between parts
    kPunctuation,  // a part, and a word as it is
    kMultiByte,    // kPlain and kRare alike, unless is_single
  };
  Part part(char byte) const { return parts_[static_cast<unsigned char>(byte)]; }

  /// Whether a character beyond ASCII is a word by itself, whatever is around it.
  bool is_single(char32_t c) const { return (flags_[c] & (kIsolated | kMapped)) == kIsolated; }

  /// Calls word(text, characters) for each word of a part.
  template <class Word>
  void split(std::string_view part, const Word& word) const {
    Splitter splitter(*this);
    const char* at = part.data();
    const char* end = at + part.size();
    std::string text;
    const auto flush = [&] {
      if (splitter.word.empty()) return;
      text.clear();
      splitter.write(text);
      word(std::string_view(text), splitter.word.size());
      splitter.clear();
    };
    while (at < end) splitter.add(decode_utf8(at), flush);
    flush();
  }

 private:
  enum Flag : uint8_t {
    kDropped = 1,
    kBarrier = 2,  // dropped, but marks do not move past it
    kWhite = 4,
    kIsolated = 8,  // punctuation
    kCjk = 16,
    kMapped = 32,
    kMark = 64,  // kept, with a combining class of its own
  };

  /// The word being collected, its marks in canonical order.
  class Splitter {
   public:
    explicit Splitter(const BasicWords& rules) : rules_(rules) {}

    template <class Flush>
    void add(char32_t c, const Flush& flush) {
      const uint8_t flags = rules_.flags_[c];
      if ((flags & (kDropped | kBarrier)) != 0) {
        if ((flags & kBarrier) != 0) fixed_ = word.size();
        return;
      }
      if ((flags & kWhite) != 0) return flush();
      if ((flags & kCjk) != 0) flush();
      if ((flags & kMapped) != 0) {
        mapped_.clear();
        rules_.map_.append(c, mapped_);
        for (char32_t to : mapped_) put(to, flush);
      } else {
        put(c, flush);
      }
      if ((flags & kCjk) != 0) flush();
    }

    void write(std::string& text) const;
    void clear() {
      word.clear();
      fixed_ = 0;
    }

    std::u32string word;

   private:
    template <class Flush>
    void put(char32_t c, const Flush& flush) {
      const uint8_t flags = rules_.flags_[c];
      if ((flags & kIsolated) != 0) {
        flush();
        word += c;
        return flush();
      }
      if ((flags & kMark) != 0) return put_mark(c);
      word += c;
      fixed_ = word.size();
    }
    void put_mark(char32_t c);

    const BasicWords& rules_;
    std::u32string mapped_;
    size_t fixed_ = 0;  // marks may be sorted in from here on
  };

  uint8_t combining_class(char32_t c) const;

  Part parts_[256];
  CodePointFlags flags_;
  CodePointMap map_;
};

}  // namespace yoso::text
