#include <algorithm>
#include <cstdio>

#include "yoso/config/write.h"
#include "yoso/util/text.h"

namespace yoso::config {
namespace {

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// Whether no character has a meaning in YAML, in a list, a map or outside. Stricter than YAML's
// rules, and easy to check by eye.
bool is_plain(const std::string& text) {
  if (text.empty() || text.back() == ' ' || lower(text) == "null") return false;
  const char first = text[0];
  const bool sign =
      (first == '-' || first == '+') && text.size() > 1 && (is_digit(text[1]) || text[1] == '.');
  if (!is_alnum(first) && first != '_' && first != '/' && first != '.' && !sign) return false;
  return text != "..." && std::all_of(text.begin(), text.end(), [](char c) {
           return is_alnum(c) || c == '_' || c == '/' || c == '.' || c == '-' || c == '+' ||
                  c == ' ';
         });
}

// Whether some YAML reader (1.1, 1.2 or ours) would read an unquoted `text` as another type.
bool reads_as_other(const std::string& text) {
  static const std::vector<std::string> kWords = {"true", "false", "yes", "no",  "on",
                                                  "off",  "y",     "n",   "auto"};
  if (std::find(kWords.begin(), kWords.end(), lower(text)) != kWords.end()) return true;
  const size_t sign = text[0] == '-' || text[0] == '+';
  const size_t point = sign < text.size() && text[sign] == '.';
  const char c = sign + point < text.size() ? text[sign + point] : ' ';
  return is_digit(c) || (point && (lower(text.substr(sign + 1)) == "inf" ||
                                   lower(text.substr(sign + 1)) == "nan"));
}

std::string in_quotes(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < ' ' || byte == 0x7f) {
      char code[8];
      std::snprintf(code, sizeof code, "\\x%02x", byte);
      out += code;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string scalar_text(const std::string& text, bool quoted) {
  return is_plain(text) && !(quoted && reads_as_other(text)) ? text : in_quotes(text);
}

// A value on one line.
std::string flow(const Tree& tree) {
  std::string text;
  switch (tree.kind) {
    case Tree::Kind::null:
      return "null";
    case Tree::Kind::scalar:
      return scalar_text(tree.scalar, tree.quoted);
    case Tree::Kind::sequence:
      for (const Tree& item : tree.items) text += (text.empty() ? "" : ", ") + flow(item);
      return "[" + text + "]";
    case Tree::Kind::map:
      for (const auto& [key, value] : tree.entries) {
        text += (text.empty() ? "" : ", ") + scalar_text(key, false) + ": " + flow(value);
      }
      return "{" + text + "}";
  }
  return text;
}

void block(const Tree& map, const std::string& indent, std::string& out) {
  for (const auto& [key, value] : map.entries) {
    out += indent + scalar_text(key, false) + ":";
    if (value.is_map() && !value.entries.empty()) {
      out += "\n";
      block(value, indent + "  ", out);
    } else {
      out += " " + flow(value) + "\n";
    }
  }
}

}  // namespace

std::string to_line(const Tree& tree) { return flow(tree); }

std::string to_yaml(const Tree& tree) {
  if (!tree.is_map() || tree.entries.empty()) return flow(tree) + "\n";
  std::string out;
  block(tree, "", out);
  return out;
}

}  // namespace yoso::config
