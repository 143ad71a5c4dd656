#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "yoso/data/archive/input_stream.h"

namespace yoso::data {

/// A line without its end, or a part of a long one.
struct Line {
  std::string_view text;  // well-formed UTF-8, valid until the next call
  int64_t number = 0;     // from 1
  bool begins = true;     // the line begins here
  bool ends = true;
  int64_t bad_byte = -1;  // offset in the text of what is no UTF-8; only with report_bad_utf8
  int64_t replaced = 0;   // characters in it that became U+FFFD
};

/// The lines of a text. A line ends at LF, or CR LF; a byte-order mark at the beginning is left
/// out.
class LineReader {
 public:
  struct Options {
    /// A longer line comes in parts, cut at white space where there is any.
    size_t longest = 1 << 20;
    /// Malformed UTF-8 becomes U+FFFD; else it is a DataError with the byte's offset.
    bool replace_bad_utf8 = false;
    /// Instead of that error the line comes with `bad_byte`, and may be malformed.
    bool report_bad_utf8 = false;
  };
  LineReader(InputStream& input, const Options& options) : input_(input), options_(options) {}

  /// False at the end of the text.
  bool next(Line& line);

  /// Of the last line.
  int64_t number() const { return number_; }

 private:
  bool fill();
  size_t part_end() const;
  void check(Line& line) const;

  InputStream& input_;
  Options options_;
  std::string buffer_;   // what is read and not yet given
  size_t begin_ = 0;     // of the next line in it
  size_t searched_ = 0;  // no LF before this
  int64_t offset_ = 0;   // of buffer_[0] in the text
  bool at_end_ = false;
  int64_t number_ = 0;
  bool inside_ = false;  // of a line of which a part was given
  std::string repaired_;
};

}  // namespace yoso::data
