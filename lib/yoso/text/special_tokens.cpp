// What a tokenizer does with special tokens: leaving them out of a text, putting them around one or
// two.
#include <algorithm>
#include <stdexcept>

#include "yoso/text/tokenizer.h"
#include "yoso/util/error.h"
#include "yoso/util/utf8.h"

namespace yoso::text {
std::string Tokenizer::decode(std::span<const TokenId> ids, bool skip_special) const {
  std::vector<TokenId> kept;
  for (TokenId id : ids) {
    if (id < 0 || id >= vocab_size()) {
      throw std::out_of_range("token id " + std::to_string(id) + " is beyond the vocabulary");
    }
    if (!skip_special || !left_out_[static_cast<size_t>(id)]) kept.push_back(id);
  }
  const std::string text = decode_text(kept);
  return find_bad_utf8(text) ? replace_bad_utf8(text) : text;
}

namespace {

/// Lengths that two texts keep, so that together they have at most `budget` tokens.
std::pair<size_t, size_t> truncate(size_t a, size_t b, size_t budget, Truncation truncation) {
  if (a + b <= budget) return {a, b};
  const size_t excess = a + b - budget;
  switch (truncation) {
    case Truncation::only_first:
      return {a > excess ? a - excess : 0, b};
    case Truncation::only_second:
      return {a, b > excess ? b - excess : 0};
    default:
      break;
  }
  // Both get half at most; of an odd budget the longer one has the larger part (the second of
  // equals).
  const size_t shorter = std::min({a, b, budget / 2});
  const size_t longer = budget - shorter;
  return a > b ? std::pair(longer, shorter) : std::pair(shorter, longer);
}

}  // namespace

Encoding Tokenizer::single(std::span<const TokenId> a, size_t max_length) const {
  check_special(2, max_length);
  const size_t kept = std::min(a.size(), max_length - 2);
  Encoding encoding;
  encoding.ids.reserve(kept + 2);
  encoding.ids.push_back(special_.first);
  encoding.ids.insert(encoding.ids.end(), a.begin(), a.begin() + static_cast<ptrdiff_t>(kept));
  encoding.ids.push_back(special_.separator);
  encoding.type_ids.assign(encoding.ids.size(), 0);
  return encoding;
}

Encoding Tokenizer::pair(std::span<const TokenId> a, std::span<const TokenId> b, size_t max_length,
                         Truncation truncation) const {
  const size_t added = traits_.double_separator ? 4 : 3;
  check_special(added, max_length);
  const auto [a_kept, b_kept] = truncate(a.size(), b.size(), max_length - added, truncation);
  if (a_kept + b_kept + added > max_length || (a_kept == 0 && !a.empty()) ||
      (b_kept == 0 && !b.empty())) {
    throw UsageError("a pair of " + std::to_string(a.size()) + " and " + std::to_string(b.size()) +
                     " tokens does not fit into " + std::to_string(max_length) +
                     ": one text would lose all it has");
  }
  Encoding encoding;
  encoding.ids.reserve(a_kept + b_kept + added);
  encoding.ids.push_back(special_.first);
  encoding.ids.insert(encoding.ids.end(), a.begin(), a.begin() + static_cast<ptrdiff_t>(a_kept));
  encoding.ids.push_back(special_.separator);
  encoding.type_ids.assign(encoding.ids.size(), 0);
  if (traits_.double_separator) encoding.ids.push_back(special_.separator);
  encoding.ids.insert(encoding.ids.end(), b.begin(), b.begin() + static_cast<ptrdiff_t>(b_kept));
  encoding.ids.push_back(special_.separator);
  encoding.type_ids.resize(encoding.ids.size(), traits_.second_type ? 1 : 0);
  return encoding;
}

void Tokenizer::check_special(size_t added, size_t max_length) const {
  if (special_.first == kNoToken || special_.separator == kNoToken) {
    throw UsageError("this " + kind_ + " vocabulary has no tokens to put around a text");
  }
  if (max_length <= added) {
    throw UsageError("max_length " + std::to_string(max_length) +
                     ": the special tokens alone are " + std::to_string(added));
  }
}

}  // namespace yoso::text
