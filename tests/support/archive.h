#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/process.h"
#include "support/temp_folder.h"

namespace yoso::testing {

/// Packs `members` of a folder, in this order, into a gzipped tar and returns its path.
inline std::string pack(const TempFolder& folder, const std::string& archive,
                        const std::vector<std::string>& members) {
  const std::string path = folder.path(archive);
  std::vector<std::string> arguments = {"/bin/tar", "-czf", path, "-C", folder.root()};
  arguments.insert(arguments.end(), members.begin(), members.end());
  const TempFolder output;
  const Outcome outcome = run_program(arguments, output.root());
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return path;
}

}  // namespace yoso::testing
