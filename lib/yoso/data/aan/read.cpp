#include "yoso/data/aan/read.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>

#include "yoso/data/archive/locate.h"
#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::data::aan {

namespace fs = std::filesystem;

namespace {

constexpr size_t kMaxBytes = 10'000;  // of a text, cut before anything else is done with it
constexpr size_t kColumns = 5;
constexpr const char* kOnlyIds =
    "holds pairs of ids without their texts (*only_ids.tsv, an early release); "
    "new_aan_pairs.train.tsv is needed";

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool holds_pairs(const fs::path& folder) { return is_there(folder / file_name(Split::train)); }

/// The example of a line. DataError `what is wrong`, without file and line.
RawExample parse(std::string_view line) {
  std::array<std::string_view, kColumns> columns;
  const auto found = static_cast<size_t>(std::count(line.begin(), line.end(), '\t')) + 1;
  if (found == 3) {
    throw DataError(
        "holds ids but no texts (an early release of the data); the release with texts is needed");
  }
  if (found != kColumns) {
    throw DataError("expected 5 columns separated by tabs (label, id, id, text, text), found " +
                    std::to_string(found));
  }
  for (std::string_view& column : columns) {
    const size_t end = std::min(line.find('\t'), line.size());
    column = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  RawExample example{columns[3].substr(0, kMaxBytes), columns[4].substr(0, kMaxBytes), 0};
  const auto label = parse_number(columns[0]);
  if (!label || (*label != 0 && *label != 1)) {
    throw DataError("expected the label 0.0 or 1.0, found `" +
                    std::string(columns[0].substr(0, 20)) + "`");
  }
  if (example.text.empty() || example.second.empty()) {
    throw DataError(std::string("the ") + (example.text.empty() ? "first" : "second") +
                    " text is empty");
  }
  example.label = *label == 1;
  return example;
}

}  // namespace

const char* file_name(Split split) {
  switch (split) {
    case Split::train:
      return "new_aan_pairs.train.tsv";
    case Split::dev:
      return "new_aan_pairs.eval.tsv";
    default:
      return "new_aan_pairs.test.tsv";
  }
}

std::string find_folder(const std::string& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) throw DataError(path + ": no such folder");
  const auto folder =
      find_below(path, {"", "lra_release/lra_release/tsv_data", "lra_release/tsv_data", "tsv_data"},
                 holds_pairs);
  if (!folder) {
    const bool only_ids = std::any_of(
        fs::directory_iterator(path, ignored), fs::directory_iterator(), [](const auto& entry) {
          return entry.path().filename().string().find("only_ids") != std::string::npos;
        });
    throw DataError(path + ": " +
                    (only_ids
                         ? kOnlyIds
                         : "no AAN pairs here (new_aan_pairs.train.tsv, .eval.tsv, .test.tsv), "
                           "nor in tsv_data or lra_release below"));
  }
  for (Split split : kSplits) {
    const fs::path file = fs::path(*folder) / file_name(split);
    if (!is_there(file)) throw DataError(file.string() + ": no such file");
  }
  return *folder;
}

std::unique_ptr<FileSet> open_files(const std::string& path, const ArchiveProgress& progress) {
  SetRule rule;
  rule.what = "AAN pairs (new_aan_pairs.train.tsv, .eval.tsv, .test.tsv)";
  rule.find_folder = find_folder;
  rule.objection = [](const std::string& name) {
    return name.find("only_ids") != std::string::npos ? kOnlyIds : "";
  };
  return open_split_files(path, rule, file_name, progress);
}

void Reader::read(Split split, const std::function<void(const RawExample&)>& take) {
  const std::string path = files_->shown(file_name(split));
  const FileView file = files_->map(file_name(split));
  saw(file_name(split), file.text());
  if (file.text().empty()) throw DataError(path + ": the file is empty");
  std::string_view text = file.text();
  const int64_t lines = std::count(text.begin(), text.end(), '\n') + (text.back() != '\n');
  for (int64_t line = 1; !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view content = text.substr(0, end);
    if (content.ends_with('\r')) content.remove_suffix(1);
    text.remove_prefix(std::min(end + 1, text.size()));
    RawExample parsed;
    try {
      parsed = parse(content);
    } catch (const DataError& error) {
      const std::string what = path + ":" + std::to_string(line) + ": " + error.what();
      if (std::count(content.begin(), content.end(), '\t') == 2) throw DataError(what);
      bad_.add(what);
      continue;
    }
    take(parsed);
    progress(line, lines);
  }
}

}  // namespace yoso::data::aan
