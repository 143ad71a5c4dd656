#include "yoso/train/world.h"

#include <cstdlib>
#include <string>

#include "yoso/util/error.h"

namespace yoso::train {

World current_world() {
  const char* size = std::getenv("WORLD_SIZE");
  if (size != nullptr && std::string(size) != "1") {
    throw UsageError("WORLD_SIZE=" + std::string(size) +
                     ": training runs in one process; start it without a launcher");
  }
  return {};
}

}  // namespace yoso::train
