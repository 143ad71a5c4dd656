#pragma once

#include <string>

#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/run_files.h"
#include "yoso/util/log.h"

namespace yoso::train {

/// Compares the configuration a run was started with to the present one and prints every
/// difference. UsageError when a key differs that changes what is learned: only durations, logging,
/// evaluation and output keys may.
void check_resumable(const RunFiles& run, const tasks::ResolvedExperiment& resolved, Log& log);

/// Whether the run's result.json says that it was trained to its end, at this step. A result that
/// an interrupted, longer training left behind is none; a damaged one neither (a warning).
bool is_complete(const RunFiles& run, int64_t step, Log& log);

}  // namespace yoso::train
