#include "yoso/data/corpus/table_rule.h"

#include <cstdint>

namespace yoso::data {
namespace {

constexpr int64_t kRows = 50;  // that are looked at
constexpr int64_t kFewest = 3;

/// Whether all rows have the same number of fields, more than one.
bool is_table(std::string_view text, char separator, bool whole) {
  int64_t rows = 0, fields = 0, fields_here = 1;
  bool quoted = false, at_begin = true;
  for (size_t at = 0; at < text.size() && rows < kRows; ++at) {
    const char c = text[at];
    if (quoted) {
      quoted = c != '"';  // a doubled one opens again
      continue;
    }
    if (c == '"' && (at_begin || text[at - 1] == '"')) {
      quoted = true;
    } else if (c == separator) {
      if (separator != '\t' && text.substr(at + 1).starts_with(' ')) return false;
      ++fields_here;
    } else if (c == '\n') {
      if (fields_here < 2 || (rows > 0 && fields_here != fields)) return false;
      fields = fields_here;
      fields_here = 1;
      ++rows;
    }
    at_begin = c == separator || c == '\n';
  }
  if (whole && rows < kRows && !text.ends_with('\n')) rows += !quoted && fields_here == fields;
  return rows >= kFewest;
}

}  // namespace

char table_separator(std::string_view head, bool whole) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  for (const char separator : {'\t', ',', ';'}) {
    if (is_table(head, separator, whole)) return separator;
  }
  return 0;
}

}  // namespace yoso::data
