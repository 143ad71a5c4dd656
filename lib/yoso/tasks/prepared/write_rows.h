#pragma once

#include <optional>

#include "yoso/tasks/prepared/byte_data.h"
#include "yoso/util/folder_lock.h"
#include "yoso/util/log.h"

namespace yoso::tasks {

/// Writes the set of prepare_rows into a folder. `lock`: the folder's lock if it is held already;
/// else it is taken once the data is found. StoppedError: a signal stopped it.
void write_rows(const ByteData& data, const PrepareRequest& request, std::optional<FolderLock> lock,
                Log& log);

}  // namespace yoso::tasks
