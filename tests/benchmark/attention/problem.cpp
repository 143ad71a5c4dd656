#include "benchmark/attention/problem.h"

#include <ATen/ATen.h>

#include <bit>
#include <cmath>

#include "yoso/serialization/safetensors.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"

namespace yoso::bench {
namespace {

int64_t bits_for(int64_t length) {
  return std::clamp<int64_t>(std::bit_width(static_cast<uint64_t>(length - 1)), 1, 16);
}

at::Tensor unit_rows(const at::Tensor& x) { return x / x.norm(2, -1, true); }

std::vector<int64_t> sizes_of(const ProblemShape& shape) {
  return {shape.batch, shape.heads, shape.length, shape.head_dim};
}

/// `rows()` makes the queries and the keys; normal values.
template <class Rows>
Problem make_problem(const ProblemShape& shape, const std::string& inputs, const Rows& rows) {
  Problem problem;
  problem.inputs = inputs;
  problem.query = rows();
  problem.key = rows();
  problem.value = at::randn(sizes_of(shape));
  problem.grad = at::randn(sizes_of(shape));
  problem.bits = bits_for(shape.length);
  return problem;
}

}  // namespace

int64_t Problem::real_length() const {
  return mask.defined() ? mask[0].sum().item<int64_t>() : length();
}

Problem random_problem(const ProblemShape& shape, double cosine) {
  at::manual_seed(1);
  const at::Tensor shared =
      std::sqrt(cosine) * unit_rows(at::randn({shape.batch, shape.heads, 1, shape.head_dim}));
  return make_problem(
      shape, cosine == 0 ? "random" : "cosine " + format_significant(cosine, 2), [&] {
        return unit_rows(shared + std::sqrt(1 - cosine) * unit_rows(at::randn(sizes_of(shape))));
      });
}

Problem few_directions_problem(const ProblemShape& shape) {
  constexpr int64_t kDirections = 4;
  constexpr double kNoise = 1e-3;
  at::manual_seed(1);
  const at::Tensor directions =
      unit_rows(at::randn({shape.batch, shape.heads, kDirections, shape.head_dim}));
  return make_problem(shape, "4 directions", [&] {
    const at::Tensor chosen =
        at::randint(kDirections, {shape.batch, shape.heads, shape.length, 1}, at::kLong);
    return unit_rows(directions.gather(2, chosen.expand(sizes_of(shape))) +
                     kNoise * unit_rows(at::randn(sizes_of(shape))));
  });
}

void mask_padding(Problem& problem, double share) {
  const int64_t length = problem.length();
  const int64_t real = std::clamp<int64_t>(std::llround(share * length), 1, length);
  problem.mask = at::arange(length).lt(real).expand({problem.batch(), length}).contiguous();
  problem.inputs += ", " + format_significant(100 * share, 3) + " % real";
}

std::vector<Problem> trained_problems(const std::string& path, bool unit) {
  const serialization::NamedTensors saved = serialization::read_safetensors(path);
  std::vector<Problem> problems;
  for (int64_t layer = 0;; ++layer) {
    const auto of_layer = [&](const std::string& name) {
      return serialization::find(saved, "layer." + std::to_string(layer) + "." + name);
    };
    Problem problem;
    problem.value = of_layer("value");
    if (!problem.value.defined()) break;
    problem.inputs = "trained, layer " + std::to_string(layer);
    problem.query = of_layer("query");
    problem.key = of_layer("key");
    if (unit)
      for (at::Tensor* rows : {&problem.query, &problem.key}) *rows = unit_rows(*rows);
    problem.grad = at::randn_like(problem.value);
    problem.bits = bits_for(problem.length());
    problems.push_back(problem);
  }
  if (problems.empty()) throw DataError(path + ": holds no layer.0.value; attention_dump makes it");
  return problems;
}

}  // namespace yoso::bench
