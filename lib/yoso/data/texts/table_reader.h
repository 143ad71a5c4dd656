#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/data/texts/record_splitter.h"
#include "yoso/data/texts/text_file.h"

namespace yoso::data {

/// The records of a table in a text file. Empty lines are passed over, unless asked for.
class TableReader {
 public:
  /// The file must outlive the reader. DataError when it is empty.
  explicit TableReader(const TextFile& file, TableStyle style = {});

  /// The same of content at hand, which must outlive the reader; `path` names it in messages.
  TableReader(std::string path, std::string_view content, TableStyle style = {});

  /// False behind the last record. DataError: it is not UTF-8, or its quotes are wrong.
  bool next();

  /// The same with empty lines as records of one empty field.
  bool next_or_empty();

  /// Of the present record, valid until the next one.
  const std::vector<std::string_view>& fields() const { return splitter_.fields(); }
  bool empty() const { return splitter_.empty(); }

  /// The present record as it is written, without the end of its last line.
  std::string_view line() const { return splitter_.raw(); }

  /// "FILE:LINE" of the present record, its first line.
  std::string location() const { return path_ + ":" + std::to_string(splitter_.line()); }

  /// DataError `FILE:LINE: WHAT`.
  [[noreturn]] void refuse(const std::string& what) const;

  /// `refuse` unless the record has so many fields.
  void require_fields(size_t expected) const;

  /// Empty lines passed over so far.
  int64_t blank() const { return blank_; }

 private:
  std::string path_;
  TableStyle style_;
  RecordSplitter splitter_;
  int64_t blank_ = 0;
};

/// DataError `LOCATION: byte N of the line is not UTF-8: ...` where a record is not.
void require_utf8(const std::string& location, std::string_view record);

/// "tabs", "commas", "semicolons".
std::string delimiter_name(char delimiter);

/// The position of a column in a header, the first of equal names; nothing when there is none.
std::optional<size_t> find_column(const std::vector<std::string_view>& header,
                                  std::string_view name);

/// Names for a message: `a, b, c`, long ones and long lists cut.
std::string listed(const std::vector<std::string_view>& names);

}  // namespace yoso::data
