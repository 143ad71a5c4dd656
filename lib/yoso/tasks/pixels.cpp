#include "yoso/tasks/pixels.h"

#include "yoso/util/error.h"
#include "yoso/util/format.h"

namespace yoso::tasks {

void require_length(int64_t pixels, const config::ModelConfig& model) {
  if (model.max_length >= pixels) return;
  throw UsageError("model.max_length: " + std::to_string(model.max_length) +
                   ", but the images have " + format_count(pixels) + " pixels");
}

}  // namespace yoso::tasks
