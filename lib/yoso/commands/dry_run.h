#pragma once

#include <c10/core/Device.h>

#include "yoso/train/setup.h"
#include "yoso/util/log.h"

namespace yoso::commands {

/// The setup of a run that writes nothing: data that is to be prepared on first use is read raw.
train::Setup without_preparing(train::Setup setup);

/// All that a run does before it writes anything, then one update, told in the log. Errors are
/// those of the run.
void dry_run(const train::Setup& setup, const tasks::Task& task, c10::Device device, bool resume,
             Log& log);

}  // namespace yoso::commands
