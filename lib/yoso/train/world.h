#pragma once

#include <cstdint>

namespace yoso::train {

/// The processes that train together. Data order, random streams, loss normalisation and
/// checkpoints are stated in these terms everywhere. A program trains in one process so far:
/// `current_world` refuses a launcher's larger one.
struct World {
  int64_t rank = 0;
  int64_t size = 1;

  bool is_first() const { return rank == 0; }
};

/// From RANK and WORLD_SIZE as set by torchrun. UsageError for more than one process.
World current_world();

}  // namespace yoso::train
