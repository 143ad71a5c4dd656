#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "yoso/config/fields.h"
#include "yoso/config/tree.h"
#include "yoso/data/byte_dataset.h"
#include "yoso/data/example_reader.h"
#include "yoso/tasks/classification.h"

namespace yoso::tasks {

/// What a task on rows of bytes says of its data.
struct ByteData {
  std::string task;
  std::string path;          // raw files, or a folder that prepare_rows made of them
  ClassificationData about;  // `load` is filled in by open_rows
  data::ByteDataset::Layout layout;
  /// The options that decide which rows a split has, for comparison with a prepared folder.
  std::string choice;
  /// Rows of each split of the published set; 0: unknown.
  std::array<int64_t, std::size(data::kSplits)> published = {};
  int64_t skip_bad_rows = 0;
  /// Folder that raw rows are prepared into when they are first used; empty: they are read anew
  /// each time.
  std::string prepared;
  double masked = 0;  // fraction of symbols to predict instead of the class; 0: classify
  /// Checks rows that were prepared, before they are cut; `file` is their name in messages. Null:
  /// there is nothing to check. DataError.
  std::function<void(const data::ByteDataset& rows, const std::string& file)> verify = nullptr;
  /// Finds the raw files. DataError.
  std::function<std::unique_ptr<data::ExampleReader>(data::ReadOptions)> reader;
};

/// Opens raw or prepared rows, texts cut to `max_length` symbols. Each split is read when first
/// used. With `data.prepared` raw rows are prepared there, by one process while others wait.
/// DataError; UsageError when a folder was prepared for another task, choice of rows or source;
/// StoppedError.
std::unique_ptr<Task> open_rows(ByteData data, int64_t max_length, Log& log);

/// Says so where a split has not as many rows as published.
void log_part(const ByteData& data, data::Split split, int64_t rows, Log& log);

/// Whether a folder holds prepared rows.
bool is_prepared(const std::string& path);

/// Shows how far an archive is read. Throws a StoppedError when a signal asks to stop.
std::function<void(int64_t done, int64_t total)> archive_progress(Log& log);

/// Writes train.rows, dev.rows, test.rows (data/sequence_file.h) and prepared.json, which holds
/// what they were made of, counts and checksums, and vouches for the whole set. Rows are streamed.
/// False when a signal stopped it; then, and after an error, the folder holds no set. UsageError:
/// the folder holds one already (unless request.force).
bool prepare_rows(const ByteData& data, const PrepareRequest& request, Log& log);

/// The field `prepared` of a task's options.
void prepared_field(config::FieldVisitor& visitor, std::string& prepared);

/// The field `masked` of a task's options.
void masked_field(config::FieldVisitor& visitor, double& masked);

/// Makes `task.data` absolute. UsageError when it is empty: `missing, expected WHAT`.
void resolve_data_path(std::string& path, const config::Tree& section, const std::string& what);

/// Makes `task.prepared` absolute, unless it is empty.
void resolve_prepared_path(std::string& path);

}  // namespace yoso::tasks
