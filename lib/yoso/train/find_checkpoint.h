#pragma once

#include <string>

namespace yoso::train {

/// The checkpoint folder that `path` names. DataError when there is none. `path` is one of:
///   a run folder          its `best` checkpoint, else its `latest`
///   checkpoints/best      the checkpoint that this file of a run names (or `latest`)
///   checkpoints/step-N    that checkpoint itself
std::string find_checkpoint(const std::string& path);

}  // namespace yoso::train
