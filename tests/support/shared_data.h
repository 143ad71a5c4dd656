#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "support/paths.h"

namespace yoso::testing {

/// A path below the folder of real data sets, $YOSO_DATA (default: ../shared/data beside the
/// sources); nothing when it is not there, in which case a test skips.
inline std::optional<std::string> shared_data(const std::string& below) {
  const char* root = std::getenv("YOSO_DATA");
  const std::filesystem::path path =
      (root && *root ? std::filesystem::path(root)
                     : std::filesystem::path(source_dir()) / "../shared/data") /
      below;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  return path.lexically_normal().string();
}

/// A committed sample, tests/support/samples/PATH.
inline std::string sample(const std::string& path) {
  return source_dir() + "/tests/support/samples/" + path;
}

}  // namespace yoso::testing
