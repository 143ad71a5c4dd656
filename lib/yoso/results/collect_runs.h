#pragma once

#include <string>
#include <utility>
#include <vector>

#include "yoso/config/tree.h"
#include "yoso/util/error.h"

namespace yoso::results {

/// The run folders at or below a path, sorted. DataError when the path does not exist.
std::vector<std::string> run_folders(const std::string& path);

/// The results of `read` for each run folder at or below paths, in their order. A run for which
/// `read` returns nothing, because it is not a `wanted`, and a damaged run are left out, with one
/// line each in `left_out`. DataError: a path does not exist.
template <class Read>
auto read_runs(const std::vector<std::string>& paths, const std::string& wanted, const Read& read,
               std::vector<std::string>& left_out) {
  std::vector<typename decltype(read(std::string()))::value_type> runs;
  for (const std::string& path : paths) {
    for (const std::string& folder : run_folders(path)) {
      try {
        if (auto run = read(folder)) {
          runs.push_back(std::move(*run));
        } else {
          left_out.push_back(folder + ": no " + wanted);
        }
      } catch (const Error& error) {
        left_out.emplace_back(error.what());
      }
    }
  }
  return runs;
}

/// A scalar value of an experiment, by section and key; empty when there is none.
std::string setting(const config::Tree& experiment, const char* section, const char* key);

/// The experiment of a run as one line, without section `run` and the keys (section, key) in
/// `left_out`. Lines are equal for runs that differ in nothing else, even if one was saved by a
/// version with fewer keys or another order of keys.
std::string setting_line(config::Tree experiment,
                         const std::vector<std::pair<std::string, std::string>>& left_out);

}  // namespace yoso::results
