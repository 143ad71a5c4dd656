#include "yoso/text/unicode/code_points.h"

#include <algorithm>
#include <string_view>

namespace yoso::text {
namespace {

constexpr char32_t kHangulFirst = 0xac00, kHangulLast = 0xd7a3;

}  // namespace

void CodePointFlags::set(std::span<const CodePointRange> ranges, uint8_t flag) {
  for (const auto [first, last] : ranges) {
    for (char32_t c = first; c <= last; ++c) flags_[c] |= flag;
  }
}

void CodePointMap::add(std::span<const CodePointRun> runs,
                       std::span<const CodePointString> strings) {
  const auto put = [this](char32_t from, std::u32string_view to) {
    entries_.push_back(
        {from, static_cast<uint32_t>(pool_.size()), static_cast<uint32_t>(to.size())});
    pool_ += to;
  };
  for (const CodePointRun& run : runs) {
    for (char32_t i = 0; i < run.count; ++i) {
      const char32_t to = run.to + i * run.to_step;
      put(run.first + i * run.step, {&to, 1});
    }
  }
  for (const CodePointString& string : strings) put(string.code_point, string.to);
}

void CodePointMap::finish(CodePointFlags& flags, uint8_t flag) {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.from < b.from; });
  // Of equal ones the last stays.
  const auto end = std::unique(entries_.rbegin(), entries_.rend(),
                               [](const Entry& a, const Entry& b) { return a.from == b.from; });
  entries_.erase(entries_.begin(), end.base());
  for (const Entry& entry : entries_) flags.set(entry.from, flag);
  if (hangul_) flags.set(std::vector<CodePointRange>{{kHangulFirst, kHangulLast}}, flag);
}

void CodePointMap::append(char32_t c, std::u32string& text) const {
  if (hangul_ && c >= kHangulFirst && c <= kHangulLast) {
    const char32_t index = c - kHangulFirst;
    text += 0x1100 + index / 588;
    text += 0x1161 + index % 588 / 28;
    if (index % 28 != 0) text += 0x11a7 + index % 28;
    return;
  }
  const auto entry = std::lower_bound(entries_.begin(), entries_.end(), c,
                                      [](const Entry& a, char32_t b) { return a.from < b; });
  if (entry != entries_.end() && entry->from == c) {
    text.append(pool_, entry->offset, entry->length);
  } else {
    text += c;
  }
}

}  // namespace yoso::text
