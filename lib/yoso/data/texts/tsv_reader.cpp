#include "yoso/data/texts/tsv_reader.h"

#include <algorithm>

#include "yoso/util/error.h"
#include "yoso/util/format.h"
#include "yoso/util/utf8.h"

namespace yoso::data {

TsvReader::TsvReader(std::string path) : path_(std::move(path)), file_(path_) {
  begin(file_.text());
}

TsvReader::TsvReader(std::string path, std::string_view content) : path_(std::move(path)) {
  begin(content);
}

void TsvReader::begin(std::string_view content) {
  rest_ = content;
  if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
  if (rest_.empty()) throw DataError(path_ + ": the file is empty");
}

bool TsvReader::next() {
  while (!rest_.empty()) {
    const size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++line_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) {
      ++blank_;
      continue;
    }
    if (const auto bad = find_bad_utf8(line)) {
      refuse("byte " + std::to_string(*bad + 1) + " of the line is not UTF-8");
    }
    fields_.clear();
    for (size_t tab; (tab = line.find('\t')) != std::string_view::npos;) {
      fields_.push_back(line.substr(0, tab));
      line.remove_prefix(tab + 1);
    }
    fields_.push_back(line);
    return true;
  }
  return false;
}

void TsvReader::refuse(const std::string& what) const { throw DataError(location() + ": " + what); }

void TsvReader::require_fields(size_t expected) const {
  if (fields_.size() == expected) return;
  refuse("found " + std::to_string(fields_.size()) + " fields separated by tabs, expected " +
         std::to_string(expected));
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
    text += (text.empty() ? "" : ", ") + cut_to_width(name, 30);
    if (text.size() > 150) return text + ", …";
  }
  return text;
}

}  // namespace yoso::data
