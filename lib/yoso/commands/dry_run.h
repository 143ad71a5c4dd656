#pragma once

#include <c10/core/Device.h>

#include "yoso/tasks/resolved_experiment.h"
#include "yoso/util/log.h"

namespace yoso::commands {

/// The resolved of a run that writes nothing: data that is to be prepared on first use is read raw.
tasks::ResolvedExperiment without_preparing(tasks::ResolvedExperiment resolved);

/// All that a run does before it writes anything, then one update, told in the log. Errors are
/// those of the run.
void dry_run(const tasks::ResolvedExperiment& resolved, const tasks::Task& task, c10::Device device,
             bool resume, Log& log);

}  // namespace yoso::commands
