#pragma once

#include <string>

#include "yoso/util/log.h"

namespace yoso::train {

/// The checkpoint folder that a user means by a run folder (its `best`, else its `latest`), a
/// `checkpoints/best` pointer or a checkpoint folder itself. DataError when there is none.
std::string find_checkpoint(const std::string& path);

/// The checkpoint of a run that `--checkpoint NAME` means: `best` (before one is chosen the latest,
/// which the log is told), `latest` or `step-N`. UsageError: another word. DataError: the run has
/// none yet. Whether it is there and whole, verify_checkpoint tells.
std::string choose_checkpoint(const std::string& run, const std::string& name, Log& log);

}  // namespace yoso::train
