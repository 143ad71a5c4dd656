#pragma once

#include <c10/core/Device.h>

#include "yoso/tasks/resolved_experiment.h"
#include "yoso/util/log.h"

namespace yoso::train {

/// Replaces `train.precision: auto` by the precision of the run in the output folder or, where none
/// has begun there, by what the run's device has instructions for. UsageError: there is no such
/// device.
void settle_precision(tasks::ResolvedExperiment& resolved);

/// Warns where bfloat16 is to be computed without instructions for it, which is several times slower
/// than float32.
void warn_of_precision(config::Precision precision, c10::Device device, Log& log);

}  // namespace yoso::train
