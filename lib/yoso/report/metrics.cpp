#include "yoso/report/metrics.h"

#include <filesystem>
#include <limits>
#include <string_view>

#include "yoso/util/error.h"

namespace yoso::report {
namespace {

/// Calls `use(line, record)` for every whole line; returns the number of bytes they take. What
/// follows the last newline is a record that a killed process left incomplete; it is ignored, even
/// where it happens to parse.
template <class Use>
size_t for_each_line(const std::string& path, std::string_view content, Use use) {
  size_t begin = 0;
  for (int number = 1;; ++number) {
    const size_t end = content.find('\n', begin);
    if (end == std::string_view::npos) return begin;
    const std::string_view line = content.substr(begin, end - begin);
    Record record = Record::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!record.is_object()) {
      throw DataError(path + ":" + std::to_string(number) + ": not a JSON object");
    }
    use(line, std::move(record));
    begin = end + 1;
  }
}

/// Appending behind a torn line would damage the appended one too.
std::string without_torn_line(const std::string& path) {
  truncate_metrics(path, std::numeric_limits<int64_t>::max());
  return path;
}

}  // namespace

MetricsWriter::MetricsWriter(const std::string& path) : file_(without_torn_line(path)) {}

void MetricsWriter::write(const Record& record) {
  // Foreign text may not be UTF-8; a replacement character is better than a failed run.
  file_.append(record.dump(-1, ' ', false, Record::error_handler_t::replace) + "\n");
}

void MetricsWriter::sync() { file_.sync(); }

std::vector<Record> read_metrics(const std::string& path) {
  std::vector<Record> records;
  for_each_line(path, read_file(path),
                [&](std::string_view, Record record) { records.push_back(std::move(record)); });
  return records;
}

void truncate_metrics(const std::string& path, RecordCut cut) {
  if (!std::filesystem::exists(path)) return;
  const std::string content = read_file(path);
  std::string kept;
  for_each_line(path, content, [&](std::string_view line, const Record& record) {
    const auto step = record.find("step");
    const bool has_step = step != record.end() && step->is_number_integer();
    if (!has_step || cut.keeps(step->get<int64_t>(), text(record, "split")))
      kept.append(line).append("\n");
  });
  if (kept.size() < content.size()) write_atomically(path, kept);
}

bool is_fraction(std::string_view metric) {
  return !metric.ends_with("loss") && !metric.ends_with("perplexity");
}

double number(const Record& record, const std::string& key) {
  const auto entry = record.find(key);
  if (entry == record.end() || !entry->is_number()) return std::numeric_limits<double>::quiet_NaN();
  return entry->get<double>();
}

std::string text(const Record& record, const std::string& key) {
  const auto entry = record.find(key);
  return entry == record.end() || !entry->is_string() ? "" : entry->get<std::string>();
}

}  // namespace yoso::report
