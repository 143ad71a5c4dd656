#include "yoso/data/corpus/format_choice.h"

#include <optional>

#include "yoso/util/error.h"
#include "yoso/util/file_kind.h"

namespace yoso::data {
namespace {

using config::CorpusFormat;

/// What `auto` reads a kind as; nothing: it is refused.
std::optional<CorpusFormat> format_of(TextKind kind) {
  switch (kind) {
    case TextKind::empty:
    case TextKind::plain:
      return CorpusFormat::blank_line;
    case TextKind::json_lines:
    case TextKind::json_array:
      return CorpusFormat::jsonl;
    case TextKind::wikiextractor:
      return CorpusFormat::wikiextractor;
    case TextKind::wikitext:
      return CorpusFormat::wikitext;
    default:
      return std::nullopt;
  }
}

/// Whether a format gives an error of its own for texts that it does not fit.
bool refuses_others(CorpusFormat format) {
  return format == CorpusFormat::jsonl || format == CorpusFormat::wikiextractor;
}

}  // namespace

void FormatChoice::warn(const config::SourceConfig& source, const std::string& name,
                        TextKind kind) {
  {
    const std::lock_guard lock(mutex_);
    if (!warned_.emplace(source.input, kind).second) return;
  }
  const auto better = format_of(kind);
  if (warn_) {
    warn_(name + ": " + describe(kind) + ", but `format: " + config::to_text(source.format) +
          "` takes all of it for text" +
          (better ? "; `format: " + config::to_text(*better) + "`, or auto, reads it" : ""));
  }
}

FormatChoice::Choice FormatChoice::of(const config::SourceConfig& source, const std::string& name,
                                      std::string_view head) {
  const TextKind kind = recognise_text(name, head);
  if (kind == TextKind::empty) {
    const bool automatic = source.format == CorpusFormat::automatic;
    return {find_format(automatic ? CorpusFormat::blank_line : source.format), true};
  }
  if (kind == TextKind::foreign) {
    const FileKind file = recognise_file(head);
    throw DataError(name + ": " + objection_to(file) +
                    (is_packed(file) ? " within another archive: unpack that first" : ""));
  }
  const bool automatic = source.format == CorpusFormat::automatic;
  const auto fitting = format_of(kind);
  if (automatic && !fitting) {
    throw DataError(name + ": " + describe(kind) +
                    "; only a `format` that is given, such as line, reads it as plain text");
  }
  const CorpusFormat format = automatic ? *fitting : source.format;
  if (fitting == CorpusFormat::jsonl && format == CorpusFormat::jsonl)
    return {kind == TextKind::json_array ? json_array_format() : find_format(format), false};
  if (kind != TextKind::plain && fitting != format) {
    if (refuses_others(format)) {
      throw DataError(name + ": `format: " + config::to_text(format) + "` does not fit, it " +
                      describe(kind));
    }
    warn(source, name, kind);
  }
  return {find_format(format), false};
}

}  // namespace yoso::data
