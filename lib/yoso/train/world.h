#pragma once

#include <cstdint>

namespace yoso::train {

/// The processes that train together. Data order, random streams, loss normalisation and
/// checkpoints are defined in these terms. A program trains in one process so far: `current_world`
/// refuses more.
struct World {
  int64_t rank = 0;
  int64_t size = 1;

  bool is_first() const { return rank == 0; }
};

/// From WORLD_SIZE as set by torchrun. UsageError for more than one process.
World current_world();

}  // namespace yoso::train
