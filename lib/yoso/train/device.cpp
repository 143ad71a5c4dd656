#include "yoso/train/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include "yoso/util/error.h"
#include "yoso/util/resources.h"

namespace yoso::train {
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
  const c10::Device device(word);
  if (device.is_cuda() && !has_gpu) {
    throw UsageError("run.device: " + word + " was asked for, but no CUDA device is usable here");
  }
  return device;
}

int set_threads(int64_t threads) {
  const int count = threads > 0 ? static_cast<int>(threads) : usable_cores();
  at::set_num_threads(count);
  return count;
}

}  // namespace yoso::train
