#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/util/file.h"

namespace yoso::data {

/// Lines of fields separated by tabs. Quotes are text like any other. A byte-order mark at the head
/// is left out, lines end at LF or CR LF, the last one may lack its end, empty lines are passed
/// over.
class TsvReader {
 public:
  /// DataError when the file cannot be read or is empty.
  explicit TsvReader(std::string path);

  /// The same of content at hand, which must outlive the reader; `path` names it in messages.
  TsvReader(std::string path, std::string_view content);

  /// False behind the last line. DataError: a line that is not UTF-8.
  bool next();

  /// Of the present line, valid as long as the reader.
  const std::vector<std::string_view>& fields() const { return fields_; }

  /// "FILE:LINE" of the present line.
  std::string location() const { return path_ + ":" + std::to_string(line_); }

  /// DataError `FILE:LINE: WHAT`.
  [[noreturn]] void refuse(const std::string& what) const;

  /// `refuse` unless the line has so many fields.
  void require_fields(size_t expected) const;

  /// Empty lines so far.
  int64_t blank() const { return blank_; }

 private:
  void begin(std::string_view content);

  std::string path_;
  MappedFile file_;
  std::string_view rest_;
  int64_t line_ = 0;
  int64_t blank_ = 0;
  std::vector<std::string_view> fields_;
};

/// The position of a column in a header, the first of equal names; nothing when there is none.
std::optional<size_t> find_column(const std::vector<std::string_view>& header,
                                  std::string_view name);

/// Names for a message: `a, b, c`, long ones and long lists cut.
std::string listed(const std::vector<std::string_view>& names);

}  // namespace yoso::data
