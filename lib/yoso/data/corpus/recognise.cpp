#include "yoso/data/corpus/recognise.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <vector>

#include "yoso/data/corpus/marked_documents.h"
#include "yoso/data/corpus/plain_documents.h"
#include "yoso/data/corpus/table_rule.h"
#include "yoso/util/file_kind.h"

namespace yoso::data {
namespace {

/// In small letters, without the ending of a compression: `wiki.csv` of `wiki.csv.gz`.
std::string bare_name(std::string_view name) {
  if (name.ends_with(')')) name.remove_suffix(1);
  std::string bare(name);
  std::transform(bare.begin(), bare.end(), bare.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const std::string_view end : {".gz", ".bz2", ".xz", ".zst"}) {
    if (bare.ends_with(end)) return bare.substr(0, bare.size() - end.size());
  }
  return bare;
}

/// The first lines that are not blank, without white space around; a line that may be cut is left
/// out.
std::vector<std::string_view> first_lines(std::string_view head, bool whole) {
  constexpr size_t kLines = 100;
  std::vector<std::string_view> lines;
  while (!head.empty() && lines.size() < kLines) {
    const size_t end = head.find('\n');
    if (end == std::string_view::npos && !whole && !lines.empty()) break;
    const std::string_view line = stripped(head.substr(0, end));
    if (!line.empty()) lines.push_back(line);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
  }
  return lines;
}

bool is_object(std::string_view line) {
  return line.starts_with('{') && nlohmann::json::parse(line, nullptr, false).is_object();
}

/// `{` and then a key: the beginning of an object, whatever follows.
bool begins_object(std::string_view line) {
  return line.starts_with('{') && stripped(line.substr(1)).starts_with('"');
}

TextKind recognise_json(std::string_view name, const std::vector<std::string_view>& lines) {
  const std::string_view first = lines.front();
  const bool named = name.ends_with(".json");
  const std::string_view second = lines.size() > 1 ? lines[1] : std::string_view();
  if (first.starts_with('[')) {
    const std::string_view inside = stripped(first.substr(1));
    if (named || (inside.empty() ? second : inside).starts_with('{')) return TextKind::json_array;
  }
  if (name.ends_with(".jsonl") || name.ends_with(".ndjson")) return TextKind::json_lines;
  if (!first.starts_with('{')) return TextKind::plain;
  if (first == "{") {
    return second.starts_with('"') || second == "}" ? TextKind::json_object : TextKind::plain;
  }
  if (std::any_of(lines.begin(), lines.end(), is_object)) return TextKind::json_lines;
  if (!begins_object(first)) return TextKind::plain;
  // Damaged, or too long a line, or an object over several lines.
  const bool alone = lines.size() == 1 || begins_object(second);
  return alone ? TextKind::json_lines : TextKind::json_object;
}

/// A title in the first line, and a heading below it or a mark that only WikiText has.
bool is_wikitext(const std::vector<std::string_view>& lines) {
  if (!lines.front().starts_with("= ") || heading_level(lines.front()) != 1) return false;
  return std::any_of(lines.begin() + 1, lines.end(), [](std::string_view line) {
    return (line.starts_with("= = ") && heading_level(line) > 1) ||
           line.find("<unk>") != std::string_view::npos ||
           line.find(" @-@ ") != std::string_view::npos ||
           line.find(" @,@ ") != std::string_view::npos;
  });
}

}  // namespace

TextKind recognise_text(std::string_view name, std::string_view head) {
  const bool whole = head.size() < kTextHead;
  head = head.substr(0, kTextHead);
  switch (recognise_file(head)) {
    case FileKind::text:
      break;
    case FileKind::empty:
      return TextKind::empty;
    case FileKind::html:
      return TextKind::html;
    case FileKind::binary:
      return TextKind::binary;
    default:
      return TextKind::foreign;
  }
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  const std::string bare = bare_name(name);
  const auto lines = first_lines(head, whole);
  if (lines.empty()) return TextKind::empty;
  const TextKind json = recognise_json(bare, lines);
  if (json != TextKind::plain) return json;
  const std::string_view first = lines.front();
  if (first.starts_with("<doc ") && first.ends_with('>')) return TextKind::wikiextractor;
  if (first.starts_with("<?xml") || first.starts_with("<mediawiki")) return TextKind::xml;
  if (is_wikitext(lines)) return TextKind::wikitext;
  if (bare.ends_with(".csv")) return TextKind::csv;
  if (bare.ends_with(".tsv")) return TextKind::tsv;
  const char separator = table_separator(head, whole);
  if (separator != 0) return separator == '\t' ? TextKind::tsv : TextKind::csv;
  return TextKind::plain;
}

std::string describe(TextKind kind) {
  const std::string kExport =
      ": export its texts as JSON lines (pandas: to_json(orient=\"records\", lines=True)) and name "
      "their column with `text_field`";
  switch (kind) {
    case TextKind::empty:
      return "is empty";
    case TextKind::json_lines:
      return "is JSON lines";
    case TextKind::json_array:
      return "is a JSON array";
    case TextKind::wikiextractor:
      return "is output of WikiExtractor (<doc ...>)";
    case TextKind::wikitext:
      return "is WikiText (`= Title =` lines)";
    case TextKind::html:
      return "is HTML: extract its text";
    case TextKind::xml:
      return "is XML: extract its text (WikiExtractor for a dump of Wikipedia)";
    case TextKind::csv:
      return "is a table (CSV)" + kExport;
    case TextKind::tsv:
      return "is a table (TSV)" + kExport;
    case TextKind::json_object:
      return "is one JSON object over several lines: write an object a line (jq -c)";
    case TextKind::binary:
      return "is a binary file, no text";
    default:
      return "is plain text";
  }
}

}  // namespace yoso::data
