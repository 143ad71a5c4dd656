#include "yoso/data/texts/record_splitter.h"

#include <algorithm>

namespace yoso::data {

bool RecordSplitter::next() {
  if (rest_.empty() || !fault_.empty()) return false;
  line_ += line_ == 0 ? 1 : lines_;
  lines_ = 1;
  quoted_ = 0;
  fields_.clear();
  unescaped_.clear();
  const size_t end = std::min(rest_.find('\n'), rest_.size());
  const std::string_view line = rest_.substr(0, end);
  if (!style_.quoted || line.find('"') == line.npos) {
    end_record(end);
    split_line(raw_);
  } else {
    split_quoted();
  }
  return true;
}

void RecordSplitter::end_record(size_t end) {
  raw_ = rest_.substr(0, end);
  if (raw_.ends_with('\r')) raw_.remove_suffix(1);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
}

void RecordSplitter::split_line(std::string_view line) {
  for (size_t at; (at = line.find(style_.delimiter)) != line.npos;) {
    fields_.push_back(line.substr(0, at));
    line.remove_prefix(at + 1);
  }
  fields_.push_back(line);
}

void RecordSplitter::split_quoted() {
  const std::string_view text = rest_;
  const char ends[] = {style_.delimiter, '\n'};
  for (size_t at = 0;;) {
    if (at < text.size() && text[at] == '"') {
      at = take_quoted(at);
      if (!fault_.empty()) return;
    } else {
      const size_t end = std::min(text.find_first_of(std::string_view(ends, 2), at), text.size());
      std::string_view field = text.substr(at, end - at);
      if ((end == text.size() || text[end] == '\n') && field.ends_with('\r'))
        field.remove_suffix(1);
      fields_.push_back(field);
      at = end;
    }
    if (at < text.size() && text[at] == '\r') ++at;  // behind a quoted field: that of CR LF
    if (at == text.size() || text[at] == '\n') return end_record(at);
    ++at;  // the delimiter
  }
}

/// Takes the field whose quote stands at `begin`; returns where it ends.
size_t RecordSplitter::take_quoted(size_t begin) {
  const std::string_view text = rest_;
  const auto fail = [&](const char* what, int64_t line) {
    fault_ = what;
    fault_line_ = line;
    return text.size();
  };
  const int64_t first_line = line_ + lines_ - 1;
  bool doubled = false;
  size_t end = begin + 1;
  for (;; end += 2, doubled = true) {
    end = text.find('"', end);
    if (end == text.npos)
      return fail("the quote at the beginning of a field is not closed", first_line);
    if (end + 1 == text.size() || text[end + 1] != '"') break;
  }
  std::string_view field = text.substr(begin + 1, end - begin - 1);
  lines_ += std::count(field.begin(), field.end(), '\n');
  ++quoted_;
  if (doubled) {
    std::string& plain = unescaped_.emplace_back();
    for (size_t i = 0; i < field.size(); ++i) {
      plain += field[i];
      if (field[i] == '"') ++i;
    }
    field = plain;
  }
  fields_.push_back(field);
  const std::string_view behind = text.substr(end + 1);
  const bool ends = behind.empty() || behind[0] == style_.delimiter || behind[0] == '\n' ||
                    behind.starts_with("\r\n") || behind == "\r";
  return ends ? end + 1 : fail("text follows the quote that closes a field", line_ + lines_ - 1);
}

}  // namespace yoso::data
