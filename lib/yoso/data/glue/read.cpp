#include "yoso/data/glue/read.h"

#include <charconv>
#include <filesystem>
#include <set>

#include "yoso/data/texts/table_reader.h"
#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::data::glue {

namespace fs = std::filesystem;

namespace {

constexpr const char* kRawTrain = "msr_paraphrase_train.txt";
constexpr const char* kRawTest = "msr_paraphrase_test.txt";
constexpr const char* kRawDevIds = "mrpc_dev_ids.tsv";

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool is_labelled(Part part) {
  return part == Part::train || part == Part::dev || part == Part::dev_mismatched;
}

const char* file_name(const GlueTask& task, Part part) {
  const bool two = task.has_mismatched();
  switch (part) {
    case Part::train:
      return "train.tsv";
    case Part::dev:
      return two ? "dev_matched.tsv" : "dev.tsv";
    case Part::dev_mismatched:
      return "dev_mismatched.tsv";
    case Part::test:
      return two ? "test_matched.tsv" : "test.tsv";
    case Part::test_mismatched:
      return "test_mismatched.tsv";
    default:
      return "diagnostic.tsv";
  }
}

bool holds(const GlueTask& task, const fs::path& folder) {
  return is_file(folder / file_name(task, Part::train)) ||
         is_file(folder / file_name(task, Part::dev)) ||
         is_file(folder / file_name(task, Part::test));
}

bool holds_raw(const GlueTask& task, const fs::path& folder) {
  return std::string_view(task.name) == "MRPC" && is_file(folder / kRawTrain);
}

/// Where a file's fields are.
struct Columns {
  size_t fields = 0;
  size_t text = 0;
  std::optional<size_t> second, label, index;
};

/// CoLA's train and dev: source, label, the linguists' mark, sentence; no header.
constexpr size_t kColaFields = 4, kColaLabel = 1, kColaText = 3;

Columns columns_of(const GlueTask& task, const TableReader& reader, bool labelled) {
  const auto& header = reader.fields();
  std::string expected;
  const auto column = [&](const char* name) {
    expected += (expected.empty() ? "" : ", ") + std::string(name);
    return find_column(header, name);
  };
  Columns columns;
  columns.fields = header.size();
  const auto text = column(task.text);
  const bool second_found =
      task.second == nullptr || (columns.second = column(task.second)).has_value();
  const bool label_found = !labelled || (columns.label = column(task.label)).has_value();
  if (!text || !second_found || !label_found) {
    reader.refuse("these are not the columns of " + std::string(task.name) + ": expected " +
                  expected + ", found " + listed(header));
  }
  columns.text = *text;
  if (!labelled) columns.index = find_column(header, "index");
  if (!labelled && !columns.index) columns.index = find_column(header, "id");
  return columns;
}

void check_label(const GlueTask& task, const TableReader& reader, std::string_view label) {
  if (!task.is_regression()) {
    if (task.class_of(label) >= 0) return;
    reader.refuse("the label `" + std::string(label.substr(0, 40)) + "` is none of " + task.name +
                  "'s, expected " + join_choices(task.labels));
  }
  const auto score = parse_number(label);
  if (!score || *score < kLeastScore || *score > kMostScore)
    reader.refuse("expected a score from 0 to 5, found `" + std::string(label.substr(0, 40)) + "`");
}

int64_t parse_index(const TableReader& reader, std::string_view text) {
  int64_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size() || index < 0)
    reader.refuse("expected an example's number, found `" + std::string(text.substr(0, 40)) + "`");
  return index;
}

TextExamples read_file(const GlueTask& task, const std::string& path, bool labelled) {
  const TextFile file(path);
  TableReader reader(file);
  TextExamples result;
  result.path = path;
  const bool headless = labelled && std::string_view(task.name) == "CoLA";
  const bool tolerant = labelled && std::string_view(task.name) == "QQP";
  Columns columns{
      .fields = kColaFields, .text = kColaText, .second = {}, .label = kColaLabel, .index = {}};
  bool more = reader.next();
  if (more && !headless) {
    columns = columns_of(task, reader, labelled);
    more = reader.next();
  }
  for (; more; more = reader.next()) {
    const auto& fields = reader.fields();
    if (tolerant && fields.size() != columns.fields) {
      ++result.malformed;
      continue;
    }
    reader.require_fields(columns.fields);
    TextExample example;
    example.location = reader.location();
    example.text = fields[columns.text];
    if (columns.second) example.second = fields[*columns.second];
    if (columns.label) {
      check_label(task, reader, fields[*columns.label]);
      example.label = fields[*columns.label];
    }
    example.index = columns.index ? parse_index(reader, fields[*columns.index])
                                  : static_cast<int64_t>(result.examples.size());
    result.examples.push_back(std::move(example));
  }
  if (result.examples.empty()) throw DataError(path + ": holds no examples");
  result.blank = reader.blank();
  return result;
}

/// The pairs of ids that make dev out of MRPC's raw training file.
std::set<std::pair<std::string, std::string>> read_dev_ids(const std::string& path) {
  const TextFile file(path);
  TableReader reader(file);
  std::set<std::pair<std::string, std::string>> ids;
  while (reader.next()) {
    reader.require_fields(2);
    ids.emplace(reader.fields()[0], reader.fields()[1]);
  }
  return ids;
}

/// MRPC as Microsoft gives it. Its test file has labels, which GLUE's has not.
TextExamples read_raw(const GlueTask& task, const std::string& folder, Part part) {
  const bool test = part == Part::test;
  const TextFile file(folder + "/" + (test ? kRawTest : kRawTrain));
  TableReader reader(file);
  const auto dev_ids = test ? std::set<std::pair<std::string, std::string>>()
                            : read_dev_ids(folder + "/" + kRawDevIds);
  TextExamples result;
  result.path = file.path();
  if (reader.next()) {
    const Columns columns = columns_of(task, reader, /*labelled=*/true);
    const auto first_id = find_column(reader.fields(), "#1 ID");
    const auto second_id = find_column(reader.fields(), "#2 ID");
    if (!first_id || !second_id) reader.refuse("expected the columns #1 ID and #2 ID");
    while (reader.next()) {
      reader.require_fields(columns.fields);
      const auto& fields = reader.fields();
      const bool dev =
          dev_ids.contains({std::string(fields[*first_id]), std::string(fields[*second_id])});
      if (!test && dev != (part == Part::dev)) continue;
      check_label(task, reader, fields[*columns.label]);
      result.examples.push_back(
          {.text = std::string(fields[columns.text]),
           .second = std::string(fields[*columns.second]),
           .label = test ? std::string() : std::string(fields[*columns.label]),
           .index = static_cast<int64_t>(result.examples.size()),
           .location = reader.location()});
    }
  }
  if (result.examples.empty()) throw DataError(result.path + ": holds no examples");
  result.blank = reader.blank();
  return result;
}

}  // namespace

Folder::Folder(const GlueTask& task, const std::string& path) : task_(task) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) throw DataError(path + ": no such folder");
  for (const fs::path& folder : {fs::path(path) / task.name, fs::path(path)}) {
    if (!holds(task, folder) && !holds_raw(task, folder)) continue;
    path_ = folder.string();
    raw_ = !holds(task, folder);
    return;
  }
  throw DataError(path + ": no " + task.name + " data here (" + file_name(task, Part::train) +
                  ", " + file_name(task, Part::dev) + "), nor in " + task.name + " below");
}

std::optional<std::string> Folder::file_of(Part part) const {
  const auto below = [this](const char* name) -> std::optional<std::string> {
    const fs::path file = fs::path(path_) / name;
    return is_file(file) ? std::optional(file.string()) : std::nullopt;
  };
  if (part == Part::dev_mismatched || part == Part::test_mismatched) {
    return task_.has_mismatched() ? below(file_name(task_, part)) : std::nullopt;
  }
  if (raw_) return below(part == Part::test ? kRawTest : kRawTrain);
  if (part != Part::diagnostic) return below(file_name(task_, part));
  if (!task_.has_mismatched()) return std::nullopt;
  // Its locations in the archives of different years.
  for (const char* name : {"diagnostic.tsv", "../diagnostic/diagnostic.tsv", "../AX/diagnostic.tsv",
                           "../AX/AX.tsv", "../diagnostic.tsv"}) {
    if (auto file = below(name)) return fs::path(*file).lexically_normal().string();
  }
  return std::nullopt;
}

TextExamples Folder::read(Part part) const {
  const auto file = file_of(part);
  if (!file) throw DataError(path_ + "/" + file_name(task_, part) + ": no such file");
  return raw_ ? read_raw(task_, path_, part) : read_file(task_, *file, is_labelled(part));
}

TextExamples read_labelled(const GlueTask& task, const std::string& file) {
  return read_file(task, file, /*labelled=*/true);
}

}  // namespace yoso::data::glue
