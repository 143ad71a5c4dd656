#pragma once

#include <string>

namespace yoso::train {

/// The checkpoint folder that a user means by a run folder (its `best`, else its `latest`), a
/// `checkpoints/best` pointer or a checkpoint folder itself. DataError when there is none.
std::string find_checkpoint(const std::string& path);

}  // namespace yoso::train
