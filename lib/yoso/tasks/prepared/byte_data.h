#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "yoso/config/fields.h"
#include "yoso/data/byte_dataset.h"
#include "yoso/data/example_reader.h"
#include "yoso/tasks/classification.h"
#include "yoso/tasks/prepared/folder.h"

namespace yoso::tasks {

/// What a task on sequences of bytes declares about its data.
struct ByteData {
  std::string task;
  std::string path;          // raw files, or a folder that prepare_rows made of them
  ClassificationData about;  // `load` is filled in by open_rows
  data::ByteDataset::Layout layout;
  /// The options that decide which examples a split has, for comparison with a prepared folder.
  std::string choice;
  /// Examples of each split of the published set; 0: unknown.
  std::array<int64_t, std::size(data::kSplits)> published = {};
  int64_t skip_bad_rows = 0;
  /// Folder that raw examples are prepared into when they are first used; empty: they are read
  /// again each time.
  std::string prepared;
  double masked = 0;  // fraction of symbols to predict instead of the class; 0: classify
  /// Checks prepared examples before they are cut; `file` is their name in messages. Null: there is
  /// nothing to check. Throws a DataError.
  std::function<void(const data::ByteDataset& rows, const std::string& file)> verify = nullptr;
  /// Finds the raw files. Throws a DataError when there are none.
  std::function<std::unique_ptr<data::ExampleReader>(data::ReadOptions)> reader;
};

/// Opens raw or prepared examples, texts cut to `max_length` symbols. Each split is read when first
/// used. With `data.prepared` raw examples are prepared there, by one process while others wait.
///   DataError      the data is missing or damaged
///   UsageError     the folder was prepared for another task, choice of examples or source
///   StoppedError   a signal stopped the preparation
std::unique_ptr<Task> open_rows(ByteData data, int64_t max_length, Log& log);

/// Logs it when a split has fewer or more examples than were published.
void log_part(const ByteData& data, data::Split split, int64_t rows, Log& log);

/// Warns when a split is empty or all its examples have one class.
void warn_of_labels(const ByteData& data, data::Split split, const data::ByteDataset& rows,
                    Log& log);

/// A callback that shows how far an archive is read, in bytes. It throws a StoppedError when a
/// signal asks to stop.
std::function<void(int64_t done, int64_t total)> archive_progress(Log& log);

/// Streams the examples into train.rows, dev.rows and test.rows (data/byte_file.h), then writes
/// prepared.json: what they were made of, counts and checksums. A folder with prepared.json holds a
/// complete set. Returns false when a signal stopped it; then, and after an error, the folder holds
/// no set. UsageError: the folder holds one already (unless request.force).
bool prepare_rows(const ByteData& data, const PrepareRequest& request, Log& log);

/// The field `masked` of a task's options.
void masked_field(config::FieldVisitor& visitor, double& masked);

}  // namespace yoso::tasks
