#pragma once

#include <functional>

#include "yoso/report/table.h"

namespace yoso::bench {

/// Runs a function and tells where its time went: one line for each tensor operation with the
/// number of calls and its own time, that of the operations it calls left out. Only the calling
/// thread's operations are seen, which on a CPU are all, backward included.
report::Table profile_operations(const std::function<void()>& run);

}  // namespace yoso::bench
