#pragma once

#include <string>
#include <vector>

namespace yoso::report {

/// Short names that tell run folders apart: their paths without the folders that all share in front
/// and behind (`runs/a/seed=1`, `runs/b/seed=1`: `a`, `b`), at least one of each. In order of
/// `runs`.
std::vector<std::string> run_names(const std::vector<std::string>& runs);

}  // namespace yoso::report
