#include "yoso/util/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace yoso {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with(std::string_view word, std::string_view start) {
  return start.size() >= 3 && word.substr(0, start.size()) == start;
}

// Reads [0-9]+(_[0-9]+)* from text[at], adds the digits to `out`; false when there is none.
bool take_digits(std::string_view text, size_t& at, std::string& out) {
  const size_t start = at;
  while (at < text.size()) {
    if (is_digit(text[at])) {
      out += text[at++];
    } else if (text[at] == '_' && at > start && at + 1 < text.size() && is_digit(text[at + 1])) {
      ++at;
    } else {
      break;
    }
  }
  return at > start;
}

// A number in the form std::from_chars reads, without `+` and underscores.
struct Number {
  std::string text;
  bool whole = true;  // neither point nor exponent
};

std::optional<Number> scan_number(std::string_view text) {
  Number number;
  size_t at = 0;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    if (text[at++] == '-') number.text = "-";
  }
  const size_t first = at;
  const bool integral = take_digits(text, at, number.text);
  if (integral && at - first > 1 && text[first] == '0') return std::nullopt;
  if (at < text.size() && text[at] == '.') {
    number.whole = false;
    if (!integral) number.text += '0';
    number.text += text[at++];
    if (!take_digits(text, at, number.text)) {
      if (!integral) return std::nullopt;
      number.text += '0';
    }
  } else if (!integral) {
    return std::nullopt;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    number.whole = false;
    number.text += text[at++];
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) number.text += text[at++];
    if (!take_digits(text, at, number.text)) return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  return number;
}

template <class T>
std::optional<T> convert(const std::string& text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

}  // namespace

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), previous(b.size() + 1), row(b.size() + 1);
  std::iota(previous.begin(), previous.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const char x = to_lower(a[i - 1]), y = to_lower(b[j - 1]);
      row[j] = std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (x == y ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && x == to_lower(b[j - 2]) && y == to_lower(a[i - 2]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, row);
  }
  return previous[b.size()];
}

std::optional<std::string> nearest_name(std::string_view word,
                                        const std::vector<std::string>& known) {
  std::optional<std::string> nearest;
  size_t best = 0;
  for (const std::string& name : known) {
    const size_t distance = edit_distance(word, name);
    const size_t limit = std::max<size_t>(1, std::max(word.size(), name.size()) / 3);
    // A single letter is one edit away from every other.
    const bool near = distance <= limit && distance < std::max(word.size(), name.size());
    if (!near && !starts_with(name, word) && !starts_with(word, name)) continue;
    if (nearest && distance >= best) continue;
    nearest = name;
    best = distance;
  }
  return nearest;
}

std::string join_choices(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::string format_number(double value) {
  const double size = std::abs(value);
  const bool fixed = size == 0 || (size >= 1e-4 && size < 1e15);
  char buffer[64];
  const auto format = fixed ? std::chars_format::fixed : std::chars_format::scientific;
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value, format);
  std::string text(buffer, result.ptr);
  const size_t exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos)
    text.insert(exponent, ".0");
  return text;
}

std::optional<double> parse_number(std::string_view text) {
  const std::optional<Number> number = scan_number(text);
  return number ? convert<double>(number->text) : std::nullopt;
}

std::optional<int64_t> parse_integer(std::string_view text) {
  const std::optional<Number> number = scan_number(text);
  if (!number) return std::nullopt;
  if (number->whole) return convert<int64_t>(number->text);
  const std::optional<double> value = convert<double>(number->text);
  if (!value || std::abs(*value) > 0x1.0p53 || std::trunc(*value) != *value) return std::nullopt;
  return static_cast<int64_t>(*value);
}

}  // namespace yoso
