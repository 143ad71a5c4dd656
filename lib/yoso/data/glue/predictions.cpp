#include "yoso/data/glue/predictions.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>

#include "yoso/data/texts/table_reader.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/format.h"
#include "yoso/util/text.h"

namespace yoso::data::glue {
namespace {

constexpr const char* kHeader = "index\tprediction\n";

std::vector<Prediction> parse_predictions(const GlueTask& task, const std::string& path,
                                          std::string_view content) {
  if (content.find('\r') != std::string_view::npos)
    throw DataError(path + ": lines end in CR LF, a submission's in LF alone");
  TableReader reader(path, content);
  const std::vector<std::string_view> header = {"index", "prediction"};
  if (!reader.next() || reader.fields() != header)
    throw DataError(path + ":1: expected the header index, prediction");
  std::vector<Prediction> predictions;
  while (reader.next()) {
    reader.require_fields(2);
    const std::string_view text = reader.fields()[1];
    const auto expected = static_cast<int64_t>(predictions.size());
    if (reader.fields()[0] != std::to_string(expected)) {
      reader.refuse("index " + cut_to_width(reader.fields()[0], 20) + ", expected " +
                    std::to_string(expected));
    }
    const bool fits =
        task.is_regression() ? parse_number(text).has_value() : task.class_of(text) >= 0;
    if (!fits) {
      reader.refuse("prediction `" + cut_to_width(text, 40) + "`, expected " +
                    (task.is_regression() ? "a number" : join_choices(task.labels)));
    }
    predictions.push_back({expected, std::string(text)});
  }
  return predictions;
}

/// Collects what libarchive writes.
la_ssize_t append_bytes(archive* /*archive*/, void* into, const void* bytes, size_t size) {
  static_cast<std::string*>(into)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

}  // namespace

std::string predictions_text(const std::vector<Prediction>& predictions) {
  std::string text = kHeader;
  for (const Prediction& prediction : predictions)
    text += std::to_string(prediction.index) + "\t" + prediction.text + "\n";
  return text;
}

std::string score_text(double score) {
  return format_fixed(std::clamp(score, kLeastScore, kMostScore), 3);
}

std::vector<Prediction> read_predictions(const GlueTask& task, const std::string& path) {
  return parse_predictions(task, path, read_file(path));
}

std::string read_submission_file(const SubmissionFile& file, const std::string& path) {
  std::string content = read_file(path);
  const auto examples =
      static_cast<int64_t>(parse_predictions(find_task(file.task), path, content).size());
  if (examples != file.examples) {
    throw DataError(path + ": " + format_count(examples) + " predictions, expected " +
                    format_count(file.examples));
  }
  return content;
}

std::string constant_predictions(const SubmissionFile& file) {
  const GlueTask& task = find_task(file.task);
  std::vector<Prediction> predictions;
  for (int64_t index = 0; index < file.examples; ++index) {
    predictions.push_back({index, task.is_regression() ? score_text((kLeastScore + kMostScore) / 2)
                                                       : task.labels[0]});
  }
  return predictions_text(predictions);
}

void write_zip(const std::string& path,
               const std::vector<std::pair<std::string, std::string>>& files) {
  std::string bytes;
  const std::unique_ptr<archive, int (*)(archive*)> zip(archive_write_new(), archive_write_free);
  const auto check = [&](la_ssize_t result) {
    if (result >= ARCHIVE_OK) return;
    throw SystemError(path + ": cannot be written: " + archive_error_string(zip.get()));
  };
  check(archive_write_set_format_zip(zip.get()));
  check(archive_write_set_bytes_in_last_block(zip.get(), 1));
  check(archive_write_open(zip.get(), &bytes, nullptr, append_bytes, nullptr));
  for (const auto& [name, content] : files) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    constexpr time_t kEarliest = 315'532'800;  // 1980, the earliest time in a zip
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), kEarliest, 0);
    check(archive_write_header(zip.get(), entry.get()));
    check(archive_write_data(zip.get(), content.data(), content.size()));
  }
  check(archive_write_close(zip.get()));
  write_atomically(path, bytes);
}

}  // namespace yoso::data::glue
