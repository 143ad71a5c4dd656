#pragma once

#include <c10/core/Device.h>

#include "yoso/tasks/resolved_experiment.h"
#include "yoso/util/log.h"

namespace yoso::commands {

/// The experiment for a run that writes nothing: data that would be prepared on first use is read
/// raw.
tasks::ResolvedExperiment without_preparing(tasks::ResolvedExperiment resolved);

/// Does what a run does before it writes anything, then one update, and logs the result. Throws the
/// errors of the run.
void dry_run(const tasks::ResolvedExperiment& resolved, const tasks::Task& task, c10::Device device,
             bool resume, Log& log);

}  // namespace yoso::commands
