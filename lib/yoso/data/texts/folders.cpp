#include "yoso/data/texts/folders.h"

#include <algorithm>
#include <filesystem>

#include "yoso/data/archive/hidden.h"
#include "yoso/data/archive/locate.h"
#include "yoso/data/texts/text_file.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"
#include "yoso/util/utf8.h"

namespace yoso::data {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> folders_in(const std::string& path) {
  return sorted_entries(path,
                        [](const fs::directory_entry& entry) { return entry.is_directory(); });
}

std::vector<std::string> files_in(const std::string& path) {
  return sorted_entries(path,
                        [](const fs::directory_entry& entry) { return entry.is_regular_file(); });
}

/// `a`, `b` and 3 more.
std::string some_of(const std::vector<std::string>& names) {
  constexpr size_t kShown = 5;
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kShown); ++i)
    text += (i == 0 ? "`" : ", `") + cut_to_width(names[i], 30) + "`";
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

TextExample read_text(const std::string& path, const std::string& label) {
  const TextFile file(path);
  if (const auto bad = find_bad_utf8(file.text()))
    throw DataError(path + ": byte " + std::to_string(*bad + 1) + " is not UTF-8");
  TextExample example;
  example.location = path;
  example.text = file.text();
  example.label = label;
  return example;
}

/// Says what lies in folders of folders, which no example is made of.
void warn_of_deeper(const std::vector<std::string>& deeper, TextExamples& texts) {
  if (deeper.empty()) return;
  int64_t files = 0;
  for (const std::string& folder : deeper) {
    std::error_code ignored;
    for (auto entry = fs::recursive_directory_iterator(folder, ignored); entry != fs::end(entry);
         entry.increment(ignored))
      files += entry->is_regular_file(ignored) && !is_hidden(entry->path().filename().string());
  }
  texts.warnings.push_back(deeper.front() + (deeper.size() == 1 ? "" : " and others") + ": " +
                           format_count(files) + " files lie deeper than one folder a label and " +
                           "are not read");
}

}  // namespace

void read_folders(const std::string& path, const std::vector<std::string>& labels,
                  TextExamples& texts) {
  const std::vector<std::string> found = folders_in(path);
  std::vector<std::string> deeper, unknown;
  for (const std::string& label : labels.empty() ? found : labels) {
    const std::string folder = path + "/" + label;
    if (std::find(found.begin(), found.end(), label) == found.end()) {
      throw DataError(folder + ": no such folder, expected one a label" +
                      (found.empty() ? "" : ", found " + some_of(found)));
    }
    for (const std::string& name : files_in(folder)) {
      texts.examples.push_back(read_text(folder + "/" + name, label));
      texts.examples.back().index = static_cast<int64_t>(texts.examples.size()) - 1;
    }
    for (const std::string& name : folders_in(folder)) deeper.push_back(folder + "/" + name);
  }
  warn_of_deeper(deeper, texts);
  for (const std::string& name : found) {
    if (!labels.empty() && std::find(labels.begin(), labels.end(), name) == labels.end())
      unknown.push_back(name);
  }
  if (!unknown.empty())
    texts.remarks.push_back(path + ": folders of no label are not read: " + some_of(unknown));
  if (const auto beside = files_in(path); !beside.empty())
    texts.remarks.push_back(path + ": files beside the folders are not read: " + some_of(beside));
}

}  // namespace yoso::data
