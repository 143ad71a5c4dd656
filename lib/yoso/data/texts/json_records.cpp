#include "yoso/data/texts/json_records.h"

#include <algorithm>

#include "yoso/data/texts/table_reader.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"
#include "yoso/util/utf8.h"

namespace yoso::data {
namespace {

using Json = nlohmann::json;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// The library's reason without its own numbers of line and column.
std::string reason_of(const Json::exception& error) {
  const std::string_view what = error.what();
  const size_t column = what.find("column ");
  const size_t colon = what.find(": ", column == what.npos ? 0 : column);
  return one_line(cut_to_width(colon == what.npos ? what : what.substr(colon + 2), 120));
}

}  // namespace

bool JsonRecords::next() {
  while (next_or_empty()) {
    if (!empty_) return true;
    ++blank_;
  }
  return false;
}

bool JsonRecords::next_or_empty() { return array_ ? next_element() : next_line(); }

bool JsonRecords::next_line() {
  if (rest_.empty()) return false;
  const size_t end = std::min(rest_.find('\n'), rest_.size());
  const std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  line_ = ++lines_read_;
  empty_ = std::all_of(line.begin(), line.end(), is_space);
  if (empty_) {
    object_ = Json::object();
  } else {
    parse(line);
  }
  return true;
}

bool JsonRecords::next_element() {
  skip_spaces();
  line_ = lines_read_ + 1;
  const bool first = !open_;
  if (first) {
    rest_.remove_prefix(1);  // the bracket
    open_ = true;
    skip_spaces();
  }
  line_ = lines_read_ + 1;
  if (rest_.empty()) refuse("the array is not closed: the file is cut off, or damaged");
  if (rest_.front() == ']') {
    rest_.remove_prefix(1);
    skip_spaces();
    if (!rest_.empty()) refuse("text follows the array");
    array_ = false;  // at the end from now on
    return false;
  }
  if (!first) {
    if (rest_.front() != ',') refuse("expected a comma between the objects of the array");
    rest_.remove_prefix(1);
    skip_spaces();
    line_ = lines_read_ + 1;
  }
  const std::string_view value = take_value();
  parse(value);
  return true;
}

void JsonRecords::skip_spaces() {
  while (!rest_.empty() && is_space(rest_.front())) {
    lines_read_ += rest_.front() == '\n';
    rest_.remove_prefix(1);
  }
}

/// The next value of the array as it is written: to the comma or bracket behind it.
std::string_view JsonRecords::take_value() {
  const std::string_view text = rest_;
  int depth = 0;
  bool quoted = false;
  size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    lines_read_ += c == '\n';
    if (quoted) {
      if (c == '\\') ++at;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) break;
      --depth;
    } else if (c == ',' && depth == 0) {
      break;
    }
  }
  at = std::min(at, text.size());
  rest_.remove_prefix(at);
  return text.substr(0, at);
}

void JsonRecords::parse(std::string_view value) {
  require_utf8(location(), value);
  try {
    object_ = Json::parse(value);
  } catch (const Json::exception& error) {
    if (line_ == 1 && !array_ && Json::accept(file_.text())) {
      throw DataError(file_.path() +
                      ": is one JSON value over several lines: expected an array of "
                      "objects, or one object a line (pandas: to_json(orient=\"records\"))");
    }
    refuse("no JSON object: " + reason_of(error));
  }
  if (!object_.is_object()) refuse("no JSON object");
}

std::string JsonRecords::text(const std::string& key) const {
  const auto found = object_.find(key);
  if (found == object_.end()) {
    std::vector<std::string_view> keys;
    for (const auto& entry : object_.items()) keys.push_back(entry.key());
    refuse("no key `" + key + "`" + (keys.empty() ? "" : ", the keys are " + listed(keys)));
  }
  if (found->is_string()) return found->get<std::string>();
  if (found->is_number() || found->is_boolean()) return found->dump();
  refuse("expected text under the key `" + key + "`, found " +
         (found->is_null()     ? "null"
          : found->is_object() ? "an object (pandas: to_json(orient=\"records\", lines=True))"
                               : "a list"));
}

void JsonRecords::refuse(const std::string& what) const {
  throw DataError(location() + ": " + what);
}

}  // namespace yoso::data
