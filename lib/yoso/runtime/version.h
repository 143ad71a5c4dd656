#pragma once

#include <string>

namespace yoso::runtime {

/// One line that names the running program, for `--version`, logs, checkpoints and results:
/// version, git hash ("-dirty" when files differed from the commit at build time), LibTorch and its
/// CUDA ("CPU" without), compiler and build type, and the instruction set that LibTorch uses here:
///
///   yoso 0.1.0 (0123456789ab-dirty), LibTorch 2.11.0, CUDA 13.0, GNU 12.2.0 RelWithDebInfo, AVX512
std::string version_text();

}  // namespace yoso::runtime
