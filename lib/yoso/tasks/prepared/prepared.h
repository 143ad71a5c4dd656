#pragma once

#include <string>

#include "yoso/data/split.h"
#include "yoso/tasks/prepared/byte_data.h"

/// Prepared examples as open_rows reads them.
namespace yoso::tasks {

/// The message when a signal stops a preparation.
inline constexpr const char* kNothingWritten = "nothing was written";

/// UsageError when prepared.json is of another task or choice of examples; DataError when it is
/// damaged.
void check_prepared(const ByteData& data);

/// Logs which examples were left out when the set was prepared, and why. UsageError: they are more
/// than `data.skip_bad_rows`.
void log_skipped(const ByteData& data, Log& log);

/// With `data.prepared`, prepares raw examples there unless that was done before, and sets
/// `data.path` to that folder. One process prepares, others wait for it. Returns whether this call
/// prepared them; it then has logged which examples were skipped. UsageError: the folder was
/// prepared from another source, or from one that has changed since. StoppedError: nothing was
/// prepared.
bool prepare_on_first_use(ByteData& data, Log& log);

/// DataError when the examples of a split have another checksum than prepared.json contains.
void check_rows(const ByteData& data, data::Split split, const data::ByteDataset& rows);

}  // namespace yoso::tasks
