#include "yoso/data/texts/recognise.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "yoso/data/texts/table_reader.h"
#include "yoso/util/format.h"
#include "yoso/util/text.h"

namespace yoso::data {
namespace {

std::string_view from_first_word(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == text.npos ? std::string_view() : text.substr(begin);
}

bool begins_json_array(std::string_view text) {
  text = from_first_word(text);
  if (!text.starts_with('[')) return false;
  text = from_first_word(text.substr(1));
  return text.starts_with('{') || text.starts_with(']');
}

bool begins_with_object(std::string_view text) {
  text = from_first_word(text);
  if (!text.starts_with('{')) return false;
  return nlohmann::json::accept(text.substr(0, text.find('\n')));
}

/// What the quotes of a table tell.
struct QuoteUse {
  int64_t quoted = 0;  // fields
  int64_t first = 0;   // line of the first of them
  int64_t longer = 0;  // records of several lines
  int64_t longest = 1;
  std::string doubt;  // why quotes cannot be those of RFC 4180; empty: they can
  int64_t doubt_line = 0;
};

/// Whether each line of a record, taken by itself, has the fields of a whole one: then a quote that
/// is text is likelier than a field of several lines.
bool has_whole_lines(std::string_view raw, char delimiter, int64_t fields) {
  while (true) {
    const size_t end = std::min(raw.find('\n'), raw.size());
    const std::string_view line = raw.substr(0, end);
    if (std::count(line.begin(), line.end(), delimiter) + 1 != fields) return false;
    if (end == raw.size()) return true;
    raw.remove_prefix(end + 1);
  }
}

QuoteUse use_of_quotes(std::string_view text, char delimiter) {
  QuoteUse use;
  if (text.find('"') == text.npos) return use;
  RecordSplitter records(text, {delimiter, true});
  int64_t fields = 0;
  while (records.next()) {
    use.quoted += records.quoted();
    if (records.quoted() > 0 && use.first == 0) use.first = records.line();
    if (!records.fault().empty()) {
      use.doubt = records.fault();
      use.doubt_line = records.fault_line();
      return use;
    }
    if (fields == 0 && !records.empty()) fields = static_cast<int64_t>(records.fields().size());
    if (records.lines() == 1) continue;
    ++use.longer;
    use.longest = std::max(use.longest, records.lines());
    if (use.doubt.empty() && has_whole_lines(records.raw(), delimiter, fields)) {
      use.doubt = "a quoted field would take in whole lines";
      use.doubt_line = records.line();
    }
  }
  return use;
}

bool has_columns(const std::vector<std::string_view>& fields, bool header,
                 const std::vector<std::string>& columns) {
  return std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
    if (header) return find_column(fields, column).has_value();
    return parse_integer(column).value_or(0) <= static_cast<int64_t>(fields.size());
  });
}

char choose_delimiter(std::string_view text, const std::vector<char>& candidates, bool header,
                      const std::vector<std::string>& columns) {
  std::optional<char> several;
  for (const char delimiter : candidates) {
    RecordSplitter records(text, {delimiter, true});
    while (records.next() && records.empty()) {
    }
    if (records.fields().size() > 1 && !several) several = delimiter;
    if (has_columns(records.fields(), header, columns)) return delimiter;
  }
  return several.value_or(candidates.front());
}

std::string of_several_lines(const QuoteUse& use) {
  if (use.longer == 0) return "";
  return "; " + format_count(use.longer) + " of several lines, the longest " +
         format_count(use.longest);
}

}  // namespace

Writing recognise_writing(const TextFile& file, TextFormat format) {
  const std::string end = name_end(file.path());
  const bool json =
      format == TextFormat::jsonl || format == TextFormat::json ||
      (format == TextFormat::automatic && (end == ".jsonl" || end == ".ndjson" || end == ".json"));
  if (json) {
    return from_first_word(file.text()).starts_with('[') ? Writing::json_array
                                                         : Writing::json_lines;
  }
  if (format != TextFormat::automatic || named_as_table(file.path())) return Writing::table;
  if (begins_json_array(file.text())) return Writing::json_array;
  return begins_with_object(file.text()) ? Writing::json_lines : Writing::table;
}

bool named_as_table(const std::string& path) {
  const std::string end = name_end(path);
  return end == ".csv" || end == ".tsv" || end == ".tab";
}

TableStyle recognise_table(const TextFile& file, TextFormat format, bool header,
                           const std::vector<std::string>& columns,
                           std::vector<std::string>& remarks, std::vector<std::string>& warnings) {
  const bool csv = format == TextFormat::csv ||
                   (format == TextFormat::automatic && name_end(file.path()) == ".csv");
  std::vector<char> candidates = {'\t'};
  if (csv) {
    candidates = {',', ';', '\t'};
  } else if (format == TextFormat::automatic) {
    candidates = {'\t', ',', ';'};
  }
  TableStyle style;
  style.delimiter = choose_delimiter(file.text(), candidates, header, columns);
  const QuoteUse use = use_of_quotes(file.text(), style.delimiter);
  const bool strict = csv || style.delimiter != '\t';
  const auto where = [&](int64_t line) { return file.path() + ":" + std::to_string(line) + ": "; };
  if (strict || (format == TextFormat::automatic && use.quoted > 0 && use.doubt.empty())) {
    style.quoted = true;
    remarks.push_back(file.path() + ": fields separated by " + delimiter_name(style.delimiter) +
                      (use.quoted > 0 ? ", some in quotes" + of_several_lines(use) : ""));
  } else if (format == TextFormat::automatic && use.quoted > 0) {
    warnings.push_back(where(use.doubt_line) + use.doubt +
                       "; all quotes of the file are read as text (format csv insists on quoted "
                       "fields, tsv takes quotes as text)");
  } else if (use.quoted > 0 && use.doubt.empty()) {
    warnings.push_back(where(use.first) +
                       "fields are in quotes, which format tsv takes as text (auto reads them)");
  }
  return style;
}

}  // namespace yoso::data
