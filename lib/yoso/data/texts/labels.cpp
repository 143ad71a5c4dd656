#include "yoso/data/texts/labels.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "yoso/util/text.h"

namespace yoso::data {
namespace {

/// In lower case, without the spaces around it; a number in its shortest form.
std::string folded(std::string_view label) {
  constexpr const char* kSpaces = " \t\r\n\v\f";
  const size_t begin = label.find_first_not_of(kSpaces);
  if (begin == label.npos) return "";
  label = label.substr(begin, label.find_last_not_of(kSpaces) + 1 - begin);
  if (const auto number = parse_number(label)) return format_number(*number);
  std::string text(label);
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

}  // namespace

std::vector<std::string> labels_of(const TextExamples& texts) {
  std::vector<std::string> labels;
  labels.reserve(texts.examples.size());
  for (const TextExample& example : texts.examples) labels.push_back(example.label);
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  const auto is_whole = [](const std::string& label) { return parse_integer(label).has_value(); };
  if (std::all_of(labels.begin(), labels.end(), is_whole)) {
    std::sort(labels.begin(), labels.end(), [](const std::string& a, const std::string& b) {
      return *parse_integer(a) < *parse_integer(b);
    });
  }
  return labels;
}

std::vector<std::vector<std::string>> near_equal_labels(const std::vector<std::string>& labels) {
  std::map<std::string, std::vector<std::string>> groups;
  for (const std::string& label : labels) groups[folded(label)].push_back(label);
  std::vector<std::vector<std::string>> near;
  for (auto& [word, group] : groups) {
    if (group.size() > 1) near.push_back(std::move(group));
  }
  return near;
}

bool is_missing_word(std::string_view label) {
  constexpr std::string_view kWords[] = {"nan", "NaN", "NAN",  "<NA>", "NaT", "None",
                                         "NA",  "N/A", "null", "NULL", "#N/A"};
  return std::find(std::begin(kWords), std::end(kWords), label) != std::end(kWords);
}

}  // namespace yoso::data
