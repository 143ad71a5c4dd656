#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/data/texts/layout.h"
#include "yoso/data/texts/table_reader.h"
#include "yoso/data/texts/text_examples.h"

namespace yoso::data {

/// Where a layout's columns stand in the records of a table.
class Columns {
 public:
  /// From the present record, the header, or the first record where the layout has none. DataError:
  /// a name is missing or stands twice. UsageError: without a header, a name that is no number.
  /// `options` begins the names of the options that name the columns, for messages: "task.", "--".
  Columns(const TextLayout& layout, bool labelled, const TableReader& reader,
          const std::string& options);

  /// DataError: the record lacks a field, differs from the header in their number, or is the header
  /// once more.
  TextExample example(const TableReader& reader) const;

 private:
  bool is_header(const std::vector<std::string_view>& fields) const;

  std::vector<std::string> header_;  // empty: columns are numbered
  size_t text_ = 0;
  std::optional<size_t> second_, label_;
};

/// The names or numbers of a layout's columns.
std::vector<std::string> column_names(const TextLayout& layout, bool labelled);

}  // namespace yoso::data
