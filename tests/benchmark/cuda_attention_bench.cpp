// Times the sampled attention on a GPU against scaled_dot_product_attention's back ends in one
// process: forward + backward with hashing, bfloat16, batch · heads 96, head dim 64, 32 hashes,
// log2(length) bits. Rows of a head have a mean cosine of 0, 0.5 or 0.8: the higher, the more pairs
// share a bucket. What LibTorch does not reach stands beside it as published, not measured.
//   cuda_attention_bench [--json FILE] [--quick]

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "yoso/ops/hadamard_codes.h"
#include "yoso/ops/sampled_attention.h"

namespace {

constexpr int64_t kBatch = 8, kHeads = 12, kHeadDim = 64, kHashes = 32;

struct Timing {
  double ms;       // median
  double peak_mb;  // of what the call allocated
};

/// Of all repeats that fit 0.4 s, at most 20.
Timing time_ms(const std::function<void()>& run) {
  const cudaStream_t stream = c10::cuda::getCurrentCUDAStream();
  cudaEvent_t begin, end;
  cudaEventCreate(&begin);
  cudaEventCreate(&end);
  const auto once = [&] {
    cudaEventRecord(begin, stream);
    run();
    cudaEventRecord(end, stream);
    cudaEventSynchronize(end);
    float ms = 0;
    cudaEventElapsedTime(&ms, begin, end);
    return static_cast<double>(ms);
  };
  once();
  auto& allocator = *c10::cuda::CUDACachingAllocator::get();
  const auto index = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
  allocator.resetPeakStats(0);
  const auto before = allocator.getDeviceStats(0).allocated_bytes[index].current;
  const double estimate = once();
  const auto peak = allocator.getDeviceStats(0).allocated_bytes[index].peak;
  std::vector<double> times(static_cast<size_t>(std::clamp(400 / estimate, 3.0, 20.0)));
  for (double& time : times) time = once();
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  cudaEventDestroy(begin);
  cudaEventDestroy(end);
  return {times[times.size() / 2], static_cast<double>(peak - before) / 1e6};
}

/// Unit rows [batch, heads, length, head_dim] whose mean cosine within a head is `cosine`.
at::Tensor rows(int64_t length, double cosine) {
  const auto options = at::TensorOptions(at::kCUDA);
  const auto unit = [](const at::Tensor& x) { return x / x.norm(2, -1, true); };
  static const at::Tensor centre = unit(at::randn({kBatch, kHeads, 1, kHeadDim}, options));
  const at::Tensor noise = unit(at::randn({kBatch, kHeads, length, kHeadDim}, options));
  return unit(std::sqrt(cosine) * centre + std::sqrt(1 - cosine) * noise).to(at::kBFloat16);
}

using Attention =
    std::function<at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&)>;

Timing time_both(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                 const at::Tensor& grad, const Attention& attention) {
  const at::Tensor x[3] = {q.detach().requires_grad_(), k.detach().requires_grad_(),
                           v.detach().requires_grad_()};
  return time_ms([&] {
    torch::autograd::grad({attention(x[0], x[1], x[2])}, {x[0], x[1], x[2]}, {grad});
  });
}

void choose_sdpa(const std::string& name) {
  auto& context = at::globalContext();
  context.setSDPUseFlash(name == "flash");
  context.setSDPUseMemEfficient(name == "efficient");
  context.setSDPUseCuDNN(name == "cudnn");
  context.setSDPUseMath(false);
}

/// On an H200, forward + backward, at the shape of this benchmark.
struct Published {
  int64_t length;
  const char* attention;
  double ms;
};
constexpr Published kPublished[] = {{4096, "FlashAttention-3", 3.1}, {4096, "cuDNN", 3.5}};

void report_published(int64_t length, nlohmann::json& results) {
  for (const Published& line : kPublished) {
    if (line.length != length) continue;
    std::printf("%7lld  %-34s       %10.1f ms  published, not measured here\n",
                static_cast<long long>(length), line.attention, line.ms);
    results.push_back(
        {{"length", length}, {"attention", line.attention}, {"ms", line.ms}, {"published", true}});
  }
}

void run_length(int64_t length, nlohmann::json& results) {
  const int64_t bits = static_cast<int64_t>(std::log2(length));
  const auto options = at::TensorOptions(at::kCUDA).dtype(at::kBFloat16);
  const at::Tensor value = at::randn({kBatch, kHeads, length, kHeadDim}, options);
  const at::Tensor grad = at::randn({kBatch, kHeads, length, kHeadDim}, options);
  const int64_t passes = yoso::ops::hadamard_passes(kHashes, bits, kHeadDim);
  const at::Tensor signs =
      (at::randint(2, {kBatch * kHeads, passes, 3, kHeadDim}, options.dtype(at::kChar)) * 2 - 1)
          .to(at::kChar);
  const at::Tensor q = rows(length, 0), k = rows(length, 0);
  double best = 0;
  const auto report = [&](const std::string& name, double cosine, const Timing& t) {
    std::printf("%7lld  %-34s %5.1f %10.3f ms %7.2fx %9.0f MB\n", static_cast<long long>(length),
                name.c_str(), cosine, t.ms, best > 0 ? best / t.ms : 1.0, t.peak_mb);
    std::fflush(stdout);
    results.push_back({{"length", length},
                       {"attention", name},
                       {"mean_cosine", cosine},
                       {"ms", t.ms},
                       {"times_as_quick", best > 0 ? best / t.ms : 1.0},
                       {"peak_mb", t.peak_mb}});
  };
  for (const char* backend : {"flash", "cudnn", "efficient"}) {
    choose_sdpa(backend);
    try {
      const Timing t =
          time_both(q, k, value, grad, [](const auto& a, const auto& b, const auto& c) {
            return at::scaled_dot_product_attention(a, b, c);
          });
      best = best == 0 ? t.ms : std::min(best, t.ms);
      report(std::string("sdpa ") + backend, 0, t);
    } catch (const c10::Error& error) {
      std::printf("%7lld  sdpa %s is not available: %s\n", static_cast<long long>(length), backend,
                  error.what_without_backtrace());
    }
  }
  report_published(length, results);
  const auto hash = [&](const at::Tensor& x) {
    return yoso::ops::hadamard_codes(x, signs, kHashes, bits);
  };
  for (double cosine : {0.0, 0.5, 0.8}) {
    const at::Tensor query = rows(length, cosine), key = rows(length, cosine);
    for (const char* gradient : {"lower_bound", "unbiased"}) {
      const Attention sampled = [&](const auto& a, const auto& b, const auto& c) {
        return yoso::ops::sampled_attention(a, b, c, hash(a), hash(b), bits, {}, {}, gradient);
      };
      report(std::string("yoso ") + gradient, cosine, time_both(query, key, value, grad, sampled));
    }
    const at::Tensor query_codes = hash(query), key_codes = hash(key);
    report("yoso: hashes alone", cosine, time_ms([&] {
             hash(query);
             hash(key);
           }));
    report("yoso: forward without hashes", cosine, time_ms([&] {
             yoso::ops::sampled_attention(query, key, value, query_codes, key_codes, bits);
           }));
  }
}

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

/// What the times mean little without.
nlohmann::json describe(int argc, char** argv) {
  cudaDeviceProp device;
  cudaGetDeviceProperties(&device, 0);
  int runtime = 0, driver = 0;
  cudaRuntimeGetVersion(&runtime);
  cudaDriverGetVersion(&driver);
  std::string command = argv[0];
  for (int i = 1; i < argc; ++i) command += std::string(" ") + argv[i];
  return {{"device", device.name},
          {"torch", TORCH_VERSION},
          {"cuda_runtime", version_text(runtime)},
          {"cuda_of_the_driver", version_text(driver)},
          {"command", command}};
}

}  // namespace

int main(int argc, char** argv) {
  std::string json_file;
  bool quick = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--json" && i + 1 < argc) {
      json_file = argv[++i];
    } else if (word == "--quick") {
      quick = true;
    } else {
      std::fprintf(stderr, "cuda_attention_bench [--json FILE] [--quick]\n");
      return 2;
    }
  }
  if (c10::cuda::device_count() == 0) {
    std::fprintf(stderr, "cuda_attention_bench: no CUDA device\n");
    return 1;
  }
  nlohmann::json saved = describe(argc, argv);
  std::printf(
      "%s, torch %s, CUDA %s (driver %s)\nforward + backward with hashing, bfloat16, batch x heads "
      "%lld, head dim %lld, %lld hashes\n",
      saved["device"].get<std::string>().c_str(), TORCH_VERSION,
      saved["cuda_runtime"].get<std::string>().c_str(),
      saved["cuda_of_the_driver"].get<std::string>().c_str(),
      static_cast<long long>(kBatch * kHeads), static_cast<long long>(kHeadDim),
      static_cast<long long>(kHashes));
  std::printf("%7s  %-34s %5s %13s %8s %12s\n", "length", "attention", "cos", "median", "vs sdpa",
              "peak memory");
  at::manual_seed(1);
  saved["results"] = nlohmann::json::array();
  for (int64_t length : {2048, 4096, 8192, 16384}) {
    if (quick && length > 4096) break;
    run_length(length, saved["results"]);
    // After every length, so that what a time limit ends is not lost.
    if (!json_file.empty()) std::ofstream(json_file) << saved.dump(2) << "\n";
  }
}
