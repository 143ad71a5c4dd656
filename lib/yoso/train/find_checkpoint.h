#pragma once

#include <optional>
#include <string>

namespace yoso::train {

/// The checkpoint folder that `path` names. DataError when there is none. `path` is one of:
///   a run folder          its `best` checkpoint, else its `latest`
///   checkpoints/best      the checkpoint that this file of a run names (or `latest`)
///   checkpoints/step-N    that checkpoint itself
std::string find_checkpoint(const std::string& path);

/// The folder of the run that a checkpoint lies in, absolute; nothing for one that lies elsewhere.
std::optional<std::string> run_of(const std::string& checkpoint);

}  // namespace yoso::train
