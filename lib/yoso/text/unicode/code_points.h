#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "yoso/text/unicode/tables.h"

namespace yoso::text {

inline constexpr char32_t kCodePoints = 0x110000;

/// A byte of flags for every code point.
class CodePointFlags {
 public:
  void set(std::span<const CodePointRange> ranges, uint8_t flag);
  void set(char32_t c, uint8_t flag) { flags_[c] |= flag; }
  uint8_t operator[](char32_t c) const { return flags_[c]; }

 private:
  std::vector<uint8_t> flags_ = std::vector<uint8_t>(kCodePoints);
};

/// Maps code points to text. Those without an entry stay as they are.
class CodePointMap {
 public:
  /// A later entry for the same code point replaces an earlier one.
  void add(std::span<const CodePointRun> runs, std::span<const CodePointString> strings);

  /// Hangul syllables become their two or three letters (Unicode, chapter 3.12).
  void add_hangul() { hangul_ = true; }

  /// To be called after the last add; sets `flag` for every code point that becomes another.
  void finish(CodePointFlags& flags, uint8_t flag);

  void append(char32_t c, std::u32string& text) const;

 private:
  struct Entry {
    char32_t from;
    uint32_t offset, length;  // in pool_
  };
  std::vector<Entry> entries_;  // by code point
  std::u32string pool_;
  bool hangul_ = false;
};

}  // namespace yoso::text
