#include "benchmark/attention/problem.h"

#include <ATen/ATen.h>

#include <bit>
#include <cmath>

#include "yoso/train/safetensors.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"

namespace yoso::bench {
namespace {

int64_t bits_for(int64_t length) {
  return std::clamp<int64_t>(std::bit_width(static_cast<uint64_t>(length - 1)), 1, 16);
}

at::Tensor unit_rows(const at::Tensor& x) { return x / x.norm(2, -1, true); }

}  // namespace

Problem random_problem(const ProblemShape& shape, double cosine) {
  at::manual_seed(1);
  const std::vector<int64_t> sizes{shape.batch, shape.heads, shape.length, shape.head_dim};
  const at::Tensor shared =
      std::sqrt(cosine) * unit_rows(at::randn({shape.batch, shape.heads, 1, shape.head_dim}));
  const auto rows = [&] {
    return unit_rows(shared + std::sqrt(1 - cosine) * unit_rows(at::randn(sizes)));
  };
  Problem problem;
  problem.inputs = cosine == 0 ? "random" : "cosine " + format_significant(cosine, 2);
  problem.query = rows();
  problem.key = rows();
  problem.value = at::randn(sizes);
  problem.grad = at::randn(sizes);
  problem.bits = bits_for(shape.length);
  return problem;
}

std::vector<Problem> trained_problems(const std::string& path) {
  const train::NamedTensors saved = train::read_safetensors(path);
  std::vector<Problem> problems;
  for (int64_t layer = 0;; ++layer) {
    const auto of_layer = [&](const std::string& name) {
      return train::find(saved, "layer." + std::to_string(layer) + "." + name);
    };
    Problem problem;
    problem.value = of_layer("value");
    if (!problem.value.defined()) break;
    problem.inputs = "trained, layer " + std::to_string(layer);
    problem.query = unit_rows(of_layer("query"));
    problem.key = unit_rows(of_layer("key"));
    problem.grad = at::randn_like(problem.value);
    problem.bits = bits_for(problem.length());
    problems.push_back(problem);
  }
  if (problems.empty()) throw DataError(path + ": holds no layer.0.value; attention_dump makes it");
  return problems;
}

}  // namespace yoso::bench
