#include "yoso/data/corpus/json_row.h"

#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "yoso/util/utf8.h"

namespace yoso::data {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

/// The code unit of an escape `\uXXXX` at `at`; -1 where there is none.
long code_unit(std::string_view row, size_t at) {
  constexpr size_t kEscape = 6;
  const std::string escape(row.substr(at, kEscape));
  if (escape.size() < kEscape || escape[0] != '\\' || escape[1] != 'u') return -1;
  char* end = nullptr;
  const long unit = std::strtol(escape.c_str() + 2, &end, 16);
  return *end == '\0' ? unit : -1;
}

bool is_high_surrogate(long unit) { return unit >= 0xd800 && unit <= 0xdbff; }
bool is_low_surrogate(long unit) { return unit >= 0xdc00 && unit <= 0xdfff; }

/// What is wrong with a word outside of strings; empty: nothing.
std::optional<RowProblem> judge_word(const std::string& word) {
  if (word == "true" || word == "false" || word == "null" || word == "e" || word == "E") return {};
  if (word == "NaN" || word == "Infinity") {
    return RowProblem{word, word +
                                " is not JSON (Python's json.dumps writes it for such a number; "
                                "null is JSON)"};
  }
  if (word == "True" || word == "False" || word == "None") {
    return RowProblem{"Python literals",
                      word + " is not JSON (json.dumps writes true, false, null)"};
  }
  return {};
}

RowProblem no_object(std::string_view row) {
  constexpr size_t kShown = 24;
  std::string begin(row.substr(0, kShown));
  while (find_bad_utf8(begin)) begin.pop_back();
  return {"no JSON object", "no JSON object, it begins with `" + one_line(begin) + "`"};
}

RowProblem no_such_key(const nlohmann::json& object, const std::string& key) {
  constexpr size_t kShown = 8;
  std::string keys;
  size_t count = 0;
  for (const auto& entry : object.items()) {
    if (++count <= kShown) keys += (count == 1 ? "" : ", ") + one_line(entry.key());
  }
  if (count > kShown) keys += ", ...";
  return {"no text under the key", "no key `" + key + "`; the keys are " +
                                       (count == 0 ? "none" : keys) +
                                       " (`text_field` names that of the text)"};
}

}  // namespace

RowProblem why_not_json(std::string_view row, size_t failed_at) {
  bool in_string = false;
  int64_t depth = 0;
  for (size_t at = 0; at < row.size() && at <= failed_at; ++at) {
    const char c = row[at];
    if (!in_string) {
      if (is_letter(c)) {
        size_t end = at;
        while (end < row.size() && is_letter(row[end])) ++end;
        if (auto problem = judge_word(std::string(row.substr(at, end - at)))) return *problem;
        at = end - 1;
      }
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      in_string = c == '"';
    } else if (c == '"') {
      in_string = false;
    } else if (c == '\\') {
      const long unit = code_unit(row, at);
      if (is_high_surrogate(unit) && is_low_surrogate(code_unit(row, at + 6))) {
        at += 11;
      } else if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
        return {"lone surrogates",
                "a lone surrogate (" + std::string(row.substr(at, 6)) + "): no Unicode character"};
      } else {
        ++at;  // what is escaped
      }
    } else if (static_cast<unsigned char>(c) < 0x20) {
      return {"control characters", "a control character within a string (" +
                                        one_line(row.substr(at, 1)) + "): JSON escapes them"};
    }
  }
  if (failed_at > row.size() && (in_string || depth > 0))
    return {"unfinished", "the object does not end"};
  return {"no JSON", "no JSON from column " + std::to_string(failed_at) + " on"};
}

std::optional<RowProblem> read_json_row(std::string_view row, const std::string& key,
                                        std::string& text) {
  nlohmann::json object;
  try {
    object = nlohmann::json::parse(row);
  } catch (const nlohmann::json::parse_error& error) {
    if (!row.starts_with('{')) return no_object(row);
    return why_not_json(row, error.byte);
  } catch (const nlohmann::json::exception&) {  // a number beyond a double
    return RowProblem{"no JSON", "no JSON: a number out of range"};
  }
  if (!object.is_object()) return no_object(row);
  const auto found = object.find(key);
  if (found == object.end()) return no_such_key(object, key);
  if (!found->is_string()) {
    return RowProblem{"no text under the key",
                      "`" + key + "` is a " + found->type_name() + ", no text"};
  }
  text = std::move(found->get_ref<std::string&>());
  return {};
}

}  // namespace yoso::data
