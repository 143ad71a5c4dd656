// Compiled with -O3 on its own (lib/CMakeLists.txt): the loop is left to the vectoriser.
#include <ATen/Parallel.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "yoso/runtime/gradient_norm.h"
#include "yoso/runtime/vectorized.h"

namespace yoso::runtime {

namespace {

constexpr int64_t kChunk = 1 << 15;  // values a thread reads at a time
constexpr int64_t kLanes = 16;       // partial sums, so that a sum can be vectorised

struct Chunk {
  const float* values;
  int64_t count;
  double sum;  // of squares
};

bool read_directly(const at::Tensor& tensor) {
  return tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat &&
         tensor.is_non_overlapping_and_dense();
}

double sum_of_squares(const float* values, int64_t count) {
  double lanes[kLanes] = {};
  const auto loop = [&](int64_t begin, int64_t end) __attribute__((always_inline)) {
    for (int64_t i = begin; i < end; i += kLanes) {
      for (int64_t lane = 0; lane < kLanes; ++lane) {
        const auto value = static_cast<double>(values[i + lane]);
        lanes[lane] += value * value;
      }
    }
  };
  const int64_t whole = count / kLanes * kLanes;
  vectorized(loop, 0, whole);
  double sum = 0;
  for (int64_t i = whole; i < count; ++i) sum += static_cast<double>(values[i]) * values[i];
  for (const double lane : lanes) sum += lane;
  return sum;
}

}  // namespace

double joint_norm(const std::vector<at::Tensor>& tensors) {
  if (tensors.empty()) return 0;
  if (!std::all_of(tensors.begin(), tensors.end(), read_directly))
    return at::linalg_vector_norm(at::stack(at::_foreach_norm(tensors))).item<double>();
  std::vector<Chunk> chunks;
  for (const at::Tensor& tensor : tensors) {
    const float* values = tensor.const_data_ptr<float>();
    for (int64_t first = 0; first < tensor.numel(); first += kChunk)
      chunks.push_back({values + first, std::min(kChunk, tensor.numel() - first), 0});
  }
  at::parallel_for(0, static_cast<int64_t>(chunks.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      chunks[i].sum = sum_of_squares(chunks[i].values, chunks[i].count);
  });
  double sum = 0;
  for (const Chunk& chunk : chunks) sum += chunk.sum;
  return std::sqrt(sum);
}

}  // namespace yoso::runtime
