#pragma once

#include <string>

#include "yoso/train/run_folder.h"
#include "yoso/train/setup.h"
#include "yoso/util/log.h"

namespace yoso::train {

/// Compares the configuration a run was started with to the present one and prints every
/// difference. UsageError when a key differs that changes what is learned: only durations, logging,
/// evaluation and output keys may.
void check_resumable(const std::string& saved_config, const Setup& setup, Log& log);

/// Whether the run's result.json says that it was trained to its end.
bool is_complete(const RunFolder& run);

}  // namespace yoso::train
