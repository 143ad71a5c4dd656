#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace yoso::data {

/// A line of a corpus that holds no text to take.
struct BadRow {
  std::string reason;  // of a few kinds, to be counted: "NaN"
  std::string what;    // "FILE:LINE: NaN is not JSON"
};

/// The bad rows that were passed over: how many for which reason, and the first few of them.
struct BadRows {
  static constexpr size_t kNamed = 5;

  int64_t count = 0;
  std::map<std::string, int64_t> reasons;
  std::vector<std::string> first;

  void add(const BadRow& row) {
    ++count;
    ++reasons[row.reason];
    if (first.size() < kNamed) first.push_back(row.what);
  }
};

/// Malformed characters that were replaced, and some of the places.
struct ReplacedCharacters {
  static constexpr size_t kNamed = 12;

  int64_t count = 0;
  std::vector<std::string> first;  // "FILE:LINE", up to three a file

  void add(int64_t characters, const std::vector<std::string>& places) {
    count += characters;
    for (const std::string& place : places) {
      if (first.size() < kNamed) first.push_back(place);
    }
  }
};

/// What was left out of a corpus between one sentence and the next.
struct LeftOut {
  int64_t too_short = 0;  // documents with fewer than `min_words`
  int64_t not_drawn = 0;  // documents, by `rate`
  int64_t replaced = 0;   // characters
  std::vector<std::string> replaced_at;
  std::vector<BadRow> bad_rows;
};

}  // namespace yoso::data
