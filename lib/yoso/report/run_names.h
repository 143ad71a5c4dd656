#pragma once

#include <string>
#include <vector>

namespace yoso::report {

/// Short names of run folders, in the order of `runs`: their paths without the leading and trailing
/// folders that all have in common (`runs/a/seed=1`, `runs/b/seed=1`: `a`, `b`). Each keeps at
/// least one folder.
std::vector<std::string> run_names(const std::vector<std::string>& runs);

}  // namespace yoso::report
