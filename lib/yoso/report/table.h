#pragma once

#include <string>
#include <vector>

namespace yoso::report {

/// Rows of text under a header, to be read by people (text, Markdown) or programs (CSV). Columns of
/// numbers are aligned to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> header);

  /// Appends a row. Missing cells at the end are empty; std::invalid_argument for too many.
  void add(std::vector<std::string> row);

  std::string text() const;      // aligned columns, a rule below the header
  std::string markdown() const;  // GitHub's pipe table
  std::string csv() const;       // RFC 4180 with LF line ends

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace yoso::report
