#include "yoso/data/corpus/json_lines.h"

#include <algorithm>

#include "yoso/data/corpus/json_row.h"
#include "yoso/data/corpus/plain_documents.h"
#include "yoso/util/error.h"

namespace yoso::data {
namespace {

constexpr size_t kLongestElement = size_t{1} << 28;

void take_row(std::string_view row, int64_t line, const std::string& key, DocumentSink& sink) {
  std::string text;
  if (const auto problem = read_json_row(row, key, text)) {
    sink.bad_row(line, problem->reason, problem->what);
    return;
  }
  sink.begin_document();
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view part = stripped(rest.substr(0, end));
    if (!part.empty()) sink.sentence(part);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

}  // namespace

void JsonLines::line(const Line& line, DocumentSink& sink) {
  if (!line.begins || !line.ends) throw DataError("the line is too long");
  if (line.bad_byte >= 0) {
    sink.bad_row(line.number, "bad UTF-8",
                 "bad UTF-8 at byte " + std::to_string(line.bad_byte) +
                     "; `bad_utf8: replace` reads it as U+FFFD");
    return;
  }
  const std::string_view row = stripped(line.text);
  if (!row.empty()) take_row(row, line.number, key_, sink);
}

void JsonArray::take(char c, int64_t line) {
  if (element_.empty()) {
    if (is_white(c)) return;
    begin_ = line;
  }
  if (in_string_) {
    if (escaped_ || c == '\\') {
      escaped_ = !escaped_;
    } else if (c == '"') {
      in_string_ = false;
    }
  } else {
    in_string_ = c == '"';
    depth_ += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
  }
  element_ += c;
  if (element_.size() > kLongestElement) throw DataError("an object beyond 256 MiB");
}

void JsonArray::end_element(DocumentSink& sink) {
  if (!element_.empty()) take_row(stripped(element_), begin_, key_, sink);
  element_.clear();
}

void JsonArray::line(const Line& line, DocumentSink& sink) {
  last_ = line.number;
  for (const char c : line.text) {
    const bool at_top = !in_string_ && depth_ == 0;
    if (state_ == kBefore) {
      if (!is_white(c)) state_ = kWithin;  // the bracket that it was recognised by
    } else if (state_ == kBehind) {
      if (!is_white(c)) throw DataError("text behind the end of the array");
    } else if (at_top && (c == ',' || c == ']')) {
      end_element(sink);
      if (c == ']') state_ = kBehind;
    } else {
      take(c, line.number);
    }
  }
  if (line.ends && !element_.empty()) take('\n', line.number);
}

void JsonArray::end(DocumentSink& sink) {
  if (state_ != kWithin) return;
  sink.bad_row(element_.empty() ? last_ : begin_, "unfinished", "the array does not end");
}

}  // namespace yoso::data
