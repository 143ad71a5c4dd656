#include "yoso/runtime/version.h"

#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/version.h>

#include "yoso/runtime/git_hash.h"  // written by scripts/cmake/WriteGitHash.cmake in every build

namespace yoso::runtime {
namespace {

std::string cuda_text() {
  const at::CUDAHooksInterface& hooks = at::detail::getCUDAHooks();
  if (!hooks.hasCUDART()) return "CPU";
  const long version = hooks.versionCUDART();  // 13000 for 13.0
  return "CUDA " + std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

}  // namespace

std::string version_text() {
  return "yoso " YOSO_VERSION " (" YOSO_GIT_HASH "), LibTorch " TORCH_VERSION ", " + cuda_text() +
         ", " YOSO_COMPILER ", " + at::get_cpu_capability();
}

}  // namespace yoso::runtime
