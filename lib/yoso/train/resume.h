#pragma once

#include <string>

#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/run_files.h"
#include "yoso/util/log.h"

namespace yoso::train {

/// Compares the configuration a run was started with to the present one and logs every difference.
/// UsageError when a key differs that changes what is learned: only keys of durations, logging,
/// evaluation and output may.
void check_resumable(const RunFiles& run, const tasks::ResolvedExperiment& resolved, Log& log);

/// Whether the run's result.json has the status "complete" at exactly this step. False for a result
/// of another step, as a resumed, longer training finds, and for a damaged one, with a warning.
bool is_complete(const RunFiles& run, int64_t step, Log& log);

}  // namespace yoso::train
