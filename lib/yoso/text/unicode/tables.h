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
/// tests/golden/tokenizers/make_tables.py (which says how each table was found). Hangul syllables
/// are left out of the maps: they are decomposed by arithmetic.
namespace tables {

// Byte-level BPE: classes of the pre-token rule.
extern const std::span<const CodePointRange> byte_level_letter, byte_level_number, byte_level_white;

// WordPiece: what the normaliser drops, cased (`control`) and uncased, and which of these hold
// apart the marks on their two sides; what becomes a space; what is a token of its own after
// normalisation and before it. Uncased: the marks that stay, and what becomes something else.
extern const std::span<const CodePointRange> bert_control, bert_dropped, bert_barrier, bert_space,
    bert_isolated, bert_cjk;
extern const std::span<const CombiningMark> bert_combining;
extern const std::span<const CodePointRun> bert_runs;
extern const std::span<const CodePointString> bert_strings;

// ALBERT: NFKD, marks dropped, lower case; the map holds what differs from WordPiece's. `lower` is
// lower case alone. `capital_sigma` is what has a capital sigma in its decomposition, whose lower
// case depends on the cased letters around it.
extern const std::span<const CodePointRange> albert_dropped, python_space, python_digit,
    capital_sigma, cased, case_ignorable;
extern const std::span<const CodePointRun> albert_runs, lower_runs;
extern const std::span<const CodePointString> albert_strings, lower_strings;

}  // namespace tables
}  // namespace yoso::text
