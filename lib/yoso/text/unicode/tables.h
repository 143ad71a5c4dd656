#pragma once

#include <cstdint>
#include <span>

namespace yoso::text {

/// Code points `first` to `last`, both included.
struct CodePointRange {
  char32_t first, last;
};

/// `count` code points from `first` on, `step` apart, that become `to`, `to + to_step`, ...
struct CodePointRun {
  char32_t first, to;
  uint16_t count;
  uint8_t step, to_step;
};

/// A code point that becomes several.
struct CodePointString {
  char32_t code_point;
  const char32_t* to;
};

/// A mark and its canonical combining class.
struct CombiningMark {
  char32_t code_point;
  uint8_t combining_class;
};

/// What the reference tokenizers do with each code point, generated from them by
/// tests/golden/tokenizers/make_tables.py (which shows how each table was found). Hangul syllables
/// are left out of the maps: they are decomposed by arithmetic.
namespace tables {

// Byte-level BPE: classes of the pre-token rule.
extern const std::span<const CodePointRange> byte_level_letter, byte_level_number, byte_level_white;

// \w of the reference's regular expressions.
extern const std::span<const CodePointRange> word_character;

// WordPiece's normaliser:
// - control, dropped: what it drops, cased and uncased;
// - barrier: which of these keep the marks on their two sides apart;
// - space: what becomes a space;
// - isolated, cjk: what is a token of its own after normalisation and before it;
// - combining (uncased): the marks that stay;
// - runs, strings (uncased): what becomes something else.
extern const std::span<const CodePointRange> bert_control, bert_dropped, bert_barrier, bert_space,
    bert_isolated, bert_cjk;
extern const std::span<const CombiningMark> bert_combining;
extern const std::span<const CodePointRun> bert_runs;
extern const std::span<const CodePointString> bert_strings;

// ALBERT's normaliser:
// - dropped: marks;
// - python_space, python_digit: what Python's str.isspace and str.isdigit accept;
// - capital_sigma: what has a capital sigma in its decomposition, whose lower case depends on the
//   letters around it, `cased` or `case_ignorable`;
// - runs, strings: NFKD and lower case, where they differ from WordPiece's;
// - lower_runs, lower_strings: lower case alone.
extern const std::span<const CodePointRange> albert_dropped, python_space, python_digit,
    capital_sigma, cased, case_ignorable;
extern const std::span<const CodePointRun> albert_runs, lower_runs;
extern const std::span<const CodePointString> albert_strings, lower_strings;

}  // namespace tables
}  // namespace yoso::text
