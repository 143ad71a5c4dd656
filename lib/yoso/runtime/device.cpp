#include "yoso/runtime/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <algorithm>

#include "yoso/config/experiment.h"
#include "yoso/util/error.h"
#include "yoso/util/resources.h"

namespace yoso::runtime {
namespace {

bool has_gpu_kernels() {
  const auto op = c10::Dispatcher::singleton().findSchema({"yoso::sampled_attention", ""});
  return op && op->hasKernelForDispatchKey(c10::DispatchKey::CUDA);
}

}  // namespace

c10::Device choose_device(const std::string& word) {
  const bool has_gpu = at::globalContext().hasCUDA();
  if (word == "auto")
    return has_gpu && has_gpu_kernels() ? c10::Device("cuda") : c10::Device("cpu");
  if (!config::is_device(word)) {
    throw UsageError("device: expected auto, cpu, cuda or cuda:N, not `" + word + "`");
  }
  const c10::Device device(word);
  const int64_t gpus = has_gpu ? at::detail::getCUDAHooks().deviceCount() : 0;
  if (device.is_cuda() && std::max<int64_t>(device.index(), 0) >= gpus) {
    throw UsageError("device: " + word + " was asked for, but " + std::to_string(gpus) +
                     " CUDA devices are usable here");
  }
  return device;
}

int set_threads(int64_t threads) {
  const int count = threads > 0 ? static_cast<int>(threads) : usable_cores();
  at::set_num_threads(count);
  return count;
}

}  // namespace yoso::runtime
