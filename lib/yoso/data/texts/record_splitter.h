#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace yoso::data {

/// How the records of a table are written.
struct TableStyle {
  char delimiter = '\t';
  /// A field that begins with `"` ends at the next one that is not doubled, and may hold delimiters
  /// and line ends (RFC 4180; what pandas and spreadsheets write). False: quotes are text.
  bool quoted = false;
};

/// Splits text into records of fields. Lines end at LF or CR LF, the last one may lack its end.
class RecordSplitter {
 public:
  /// `text` must outlive the object.
  RecordSplitter(std::string_view text, TableStyle style) : rest_(text), style_(style) {}

  /// Moves to the next record, an empty line included; false behind the last one and after a fault.
  bool next();

  /// Of the present record, valid until the next one.
  const std::vector<std::string_view>& fields() const { return fields_; }

  int64_t line() const { return line_; }      // its first line, from 1
  int64_t lines() const { return lines_; }    // how many it spans
  int64_t quoted() const { return quoted_; }  // its quoted fields

  /// The record as it is written, without the last line's end.
  std::string_view raw() const { return raw_; }

  /// Whether it is an empty line.
  bool empty() const { return raw_.empty(); }

  /// What is wrong with its quotes, in line fault_line(); empty: nothing.
  const std::string& fault() const { return fault_; }
  int64_t fault_line() const { return fault_line_; }

 private:
  void split_line(std::string_view line);
  void split_quoted();
  size_t take_quoted(size_t begin);
  void end_record(size_t end);

  std::string_view rest_;
  TableStyle style_;
  int64_t line_ = 0, lines_ = 1, quoted_ = 0;
  std::string_view raw_;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unescaped_;  // fields that held doubled quotes
  std::string fault_;
  int64_t fault_line_ = 0;
};

}  // namespace yoso::data
