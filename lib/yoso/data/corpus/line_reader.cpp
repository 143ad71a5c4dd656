#include "yoso/data/corpus/line_reader.h"

#include <algorithm>

#include "yoso/util/error.h"
#include "yoso/util/utf8.h"

namespace yoso::data {
namespace {

int64_t count_replacements(std::string_view text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  int64_t count = 0;
  for (size_t at = 0; (at = text.find(kReplacement, at)) != std::string_view::npos; ++count)
    at += kReplacement.size();
  return count;
}

}  // namespace

bool LineReader::fill() {
  if (at_end_) return false;
  offset_ += static_cast<int64_t>(begin_);
  buffer_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  const bool first = offset_ == 0 && buffer_.empty();
  const std::string_view block = input_.read();
  at_end_ = block.empty();
  buffer_ += block;
  if (first && buffer_.starts_with("\xef\xbb\xbf")) begin_ = searched_ = 3;
  return !at_end_;
}

/// The end of a part of an overlong line: behind white space, or else between two characters.
size_t LineReader::part_end() const {
  const size_t limit = begin_ + options_.longest;
  for (size_t at = limit; at > limit - options_.longest / 2; --at) {
    if (buffer_[at - 1] == ' ' || buffer_[at - 1] == '\t') return at;
  }
  size_t at = limit;
  while (at > limit - 4 && (static_cast<unsigned char>(buffer_[at]) & 0xc0) == 0x80) --at;
  return at;
}

bool LineReader::next(Line& line) {
  size_t end = std::string::npos;
  while ((end = buffer_.find('\n', searched_)) == std::string::npos) {
    searched_ = buffer_.size();
    if (buffer_.size() - begin_ > options_.longest || !fill()) break;
  }
  const bool found = end != std::string::npos;
  if (!found) end = buffer_.size();
  if (!found && end == begin_) return false;

  line.begins = !inside_;
  line.ends = end - begin_ <= options_.longest;
  inside_ = !line.ends;
  line.number = number_ += line.begins ? 1 : 0;
  const size_t behind = !line.ends ? part_end() : found ? end + 1 : end;
  line.text = std::string_view(buffer_).substr(begin_, (line.ends ? end : behind) - begin_);
  line.bad_byte = -1;
  line.replaced = 0;
  check(line);
  if (line.ends && line.text.ends_with('\r')) line.text.remove_suffix(1);
  if (options_.replace_bad_utf8 && find_bad_utf8(line.text)) {
    repaired_ = replace_bad_utf8(line.text);
    line.replaced = count_replacements(repaired_) - count_replacements(line.text);
    line.text = repaired_;
  }
  begin_ = behind;
  searched_ = line.ends ? behind : end;
  return true;
}

void LineReader::check(Line& line) const {
  if (options_.replace_bad_utf8) return;
  const auto bad = find_bad_utf8(line.text);
  if (!bad) return;
  const int64_t byte = offset_ + static_cast<int64_t>(begin_ + *bad);
  if (options_.report_bad_utf8) {
    line.bad_byte = byte;
    return;
  }
  throw DataError(input_.name() + ": bad UTF-8 at byte " + std::to_string(byte) + " (line " +
                  std::to_string(number_) + "); `bad_utf8: replace` reads it as U+FFFD");
}

}  // namespace yoso::data
