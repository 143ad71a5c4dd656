#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace yoso::data {

/// What a text is. The first ones can be read as documents, the others cannot.
enum class TextKind {
  empty,
  plain,
  json_lines,
  json_array,
  wikiextractor,
  wikitext,
  html,
  xml,
  csv,
  tsv,
  json_object,  // one object over several lines
  binary,       // of no other kind, but with zero bytes
  foreign,      // no text: UTF-16, Parquet, an image, ...
};

/// The first bytes of a text that decide what it is.
inline constexpr size_t kTextHead = 1 << 16;

/// Recognises a text by its name and first bytes; fewer than kTextHead are all of it. Only what is
/// sure is recognised; everything else is plain. `name`: PATH, or PATH(NAME) within an archive.
TextKind recognise_text(std::string_view name, std::string_view head);

/// "is JSON lines", "is a table (CSV): export ...", for messages: what it is and, where it cannot
/// be read, the way out. For `foreign` objection_to(FileKind) says it.
std::string describe(TextKind kind);

}  // namespace yoso::data
