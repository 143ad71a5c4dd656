#include "support/paths.h"

namespace yoso::testing {

std::string source_dir() { return YOSO_SOURCE_DIR; }

std::string bin_dir() { return YOSO_BIN_DIR; }

}  // namespace yoso::testing
