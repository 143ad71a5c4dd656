#include "yoso/data/texts/table_reader.h"

#include <algorithm>

#include "yoso/util/error.h"
#include "yoso/util/format.h"
#include "yoso/util/utf8.h"

namespace yoso::data {

TableReader::TableReader(const TextFile& file, TableStyle style)
    : TableReader(file.path(), file.text(), style) {}

TableReader::TableReader(std::string path, std::string_view content, TableStyle style)
    : path_(std::move(path)), style_(style), splitter_(content, style) {
  if (content.empty()) throw DataError(path_ + ": the file is empty");
}

bool TableReader::next() {
  while (next_or_empty()) {
    if (!empty()) return true;
    ++blank_;
  }
  return false;
}

bool TableReader::next_or_empty() {
  if (!splitter_.next()) return false;
  if (!splitter_.fault().empty()) {
    throw DataError(path_ + ":" + std::to_string(splitter_.fault_line()) + ": " +
                    splitter_.fault() + " (quotes within a quoted field are doubled)");
  }
  require_utf8(location(), splitter_.raw());
  return true;
}

void TableReader::refuse(const std::string& what) const {
  throw DataError(location() + ": " + what);
}

void TableReader::require_fields(size_t expected) const {
  if (fields().size() == expected) return;
  const bool commas = style_.delimiter != '\t' && fields().size() > expected;
  refuse("found " + std::to_string(fields().size()) + " fields separated by " +
         delimiter_name(style_.delimiter) + ", expected " + std::to_string(expected) +
         (commas ? std::string(" (a field that holds `") + style_.delimiter + "` must be in quotes)"
                 : ""));
}

void require_utf8(const std::string& location, std::string_view record) {
  if (const auto bad = find_bad_utf8(record)) {
    throw DataError(location + ": byte " + std::to_string(*bad + 1) +
                    " of the line is not UTF-8: convert the file, as by "
                    "iconv -f WINDOWS-1252 -t UTF-8");
  }
}

std::string delimiter_name(char delimiter) {
  return delimiter == '\t' ? "tabs" : delimiter == ',' ? "commas" : "semicolons";
}

std::optional<size_t> find_column(const std::vector<std::string_view>& header,
                                  std::string_view name) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return std::nullopt;
  return static_cast<size_t>(found - header.begin());
}

std::string listed(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    text += (text.empty() ? "" : ", ") + one_line(cut_to_width(name, 30));
    if (text.size() > 150) return text + ", …";
  }
  return text;
}

}  // namespace yoso::data
