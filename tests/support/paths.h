#pragma once

#include <string>

namespace yoso::testing {

/// The folder of the sources. A function, not a macro of every file: so a test compiled in one
/// clone serves all others through the compiler cache.
std::string source_dir();

/// The folder of the programs.
std::string bin_dir();

}  // namespace yoso::testing
