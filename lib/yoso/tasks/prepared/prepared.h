#pragma once

#include <string>

#include "yoso/data/split.h"
#include "yoso/tasks/prepared/byte_data.h"

/// The folder that prepare_rows makes, as open_rows reads it.
namespace yoso::tasks {

inline constexpr int64_t kPreparedFormat = 1;

/// What a signal that stops a preparation is answered with.
inline constexpr const char* kNothingWritten = "nothing was written";

/// FOLDER/prepared.json.
std::string settings_file(const std::string& folder);

/// FOLDER/train.rows, dev.rows, test.rows.
std::string rows_file(const std::string& folder, data::Split split);

/// UsageError when prepared.json is of another task or choice of rows; DataError when it is
/// damaged.
void check_prepared(const ByteData& data);

/// Lists what was left out when the rows were prepared, and why. UsageError: that is more than
/// `data.skip_bad_rows`.
void log_skipped(const ByteData& data, Log& log);

/// Where `data.prepared` asks for it, sees to it that raw rows are prepared there, and makes that
/// folder `data.path`. One process prepares, others wait for it. True: this call prepared them, and
/// has told which rows were skipped. UsageError: the folder was prepared from another source, or
/// from one that has changed since. StoppedError: nothing was prepared.
bool prepare_on_first_use(ByteData& data, Log& log);

/// DataError when a file of rows is not the one that prepared.json speaks of.
void check_rows(const ByteData& data, data::Split split, const data::ByteDataset& rows);

}  // namespace yoso::tasks
