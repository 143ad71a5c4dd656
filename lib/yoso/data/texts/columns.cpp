#include "yoso/data/texts/columns.h"

#include <algorithm>

#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::data {
namespace {

size_t numbered_column(const std::string& name) {
  const auto number = parse_integer(name);
  if (number && *number >= 1 && *number <= 10'000) return static_cast<size_t>(*number - 1);
  throw UsageError("task: without a header columns are numbers from 1, not `" + name + "`");
}

/// `option` is what names the column.
size_t named_column(const TableReader& reader, const std::string& name, const std::string& option) {
  const auto& header = reader.fields();
  const auto column = find_column(header, name);
  if (!column) {
    reader.refuse("no column `" + name + "`, the columns are " + listed(header) + " (" + option +
                  " names another)");
  }
  if (std::count(header.begin(), header.end(), name) > 1)
    reader.refuse("two columns are called `" + name + "`");
  return *column;
}

}  // namespace

std::vector<std::string> column_names(const TextLayout& layout, bool labelled) {
  std::vector<std::string> names = {layout.text};
  if (!layout.second.empty()) names.push_back(layout.second);
  if (labelled) names.push_back(layout.label);
  return names;
}

Columns::Columns(const TextLayout& layout, bool labelled, const TableReader& reader,
                 const std::string& options) {
  const auto position = [&](const std::string& name, const char* key) {
    return layout.header ? named_column(reader, name, options + key) : numbered_column(name);
  };
  text_ = position(layout.text, "text");
  if (!layout.second.empty()) second_ = position(layout.second, "second");
  if (labelled) label_ = position(layout.label, "label");
  if (layout.header) header_.assign(reader.fields().begin(), reader.fields().end());
}

bool Columns::is_header(const std::vector<std::string_view>& fields) const {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // joined with the file's head
  std::string_view first = fields.front();
  if (first.starts_with(kByteOrderMark)) first.remove_prefix(kByteOrderMark.size());
  return first == header_.front() &&
         std::equal(fields.begin() + 1, fields.end(), header_.begin() + 1, header_.end());
}

TextExample Columns::example(const TableReader& reader) const {
  const auto& fields = reader.fields();
  if (!header_.empty()) {
    reader.require_fields(header_.size());
    if (is_header(fields))
      reader.refuse("the header stands here again, as where files were joined: remove the line");
  }
  const auto field = [&](size_t position) {
    if (position >= fields.size()) reader.require_fields(position + 1);
    return std::string(fields[position]);
  };
  TextExample example;
  example.location = reader.location();
  example.text = field(text_);
  if (second_) example.second = field(*second_);
  if (label_) example.label = field(*label_);
  return example;
}

}  // namespace yoso::data
