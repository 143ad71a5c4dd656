#pragma once

#include <string>
#include <utility>
#include <vector>

#include "yoso/config/tree.h"

namespace yoso::train {

/// The run folders at or below a path, sorted. DataError when it is not there.
std::vector<std::string> run_folders(const std::string& path);

/// A plain value of an experiment, by section and key; empty when there is none.
std::string setting(const config::Tree& experiment, const char* section, const char* key);

/// The experiment of a run as one line, without section `run` and the keys (section, key) in
/// `left_out`: equal for runs that differ in nothing else, also where one was saved by a version
/// that had fewer keys or another order of them.
std::string setting_line(config::Tree experiment,
                         const std::vector<std::pair<std::string, std::string>>& left_out);

}  // namespace yoso::train
