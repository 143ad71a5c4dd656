#pragma once

#include <optional>

#include "yoso/tasks/prepared/byte_data.h"
#include "yoso/util/folder_lock.h"
#include "yoso/util/log.h"

namespace yoso::tasks {

/// What prepare_rows does, into a folder whose lock is held, or is taken once the data is found.
/// StoppedError.
void write_rows(const ByteData& data, const PrepareRequest& request, std::optional<FolderLock> lock,
                Log& log);

}  // namespace yoso::tasks
