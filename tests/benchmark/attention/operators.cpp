#include <ATen/ATen.h>

#include "benchmark/attention/candidate.h"
#include "yoso/ops/expected_attention.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/ops/hyperplane_codes.h"
#include "yoso/ops/sampled_attention.h"

namespace yoso::bench {
namespace {

using Hash = std::function<at::Tensor(const at::Tensor& rows)>;

std::optional<at::Tensor> mask_of(const Problem& problem) {
  return problem.mask.defined() ? std::optional(problem.mask) : std::nullopt;
}

Hash make_hash(const Problem& problem, const std::string& family, const std::string& groups,
               int64_t hashes) {
  const int64_t bits = problem.bits, dim = problem.head_dim();
  const std::optional<at::Tensor> mask = mask_of(problem);
  const int64_t count = problem.heads() * (groups == "head" ? 1 : problem.batch());
  at::manual_seed(2);
  if (family == "hyperplane") {
    const at::Tensor planes = at::randn({count, hashes, bits, dim});
    return [=](const at::Tensor& rows) { return ops::hyperplane_codes(rows, planes, mask); };
  }
  const at::Tensor coins = at::randint(
      2, {count, ops::hadamard_passes(hashes, bits, dim), 3, ops::hadamard_dim(dim, bits)});
  const at::Tensor signs = (coins * 2 - 1).to(at::kChar);
  return
      [=](const at::Tensor& rows) { return ops::hadamard_codes(rows, signs, hashes, bits, mask); };
}

Candidate sampled(const std::string& name, const std::string& gradient, const std::string& family,
                  const std::string& groups, int64_t hashes, int64_t longest) {
  const auto make = [=](const Problem& problem) -> Attention {
    const Hash hash = make_hash(problem, family, groups, hashes);
    const int64_t bits = problem.bits;
    const std::optional<at::Tensor> mask = mask_of(problem);
    return {[=](const at::Tensor& query, const at::Tensor& key, const at::Tensor& value) {
              return ops::sampled_attention(query, key, value, hash(query), hash(key), bits, mask,
                                            mask, gradient);
            },
            {}};
  };
  return {.name = name, .estimates_yoso = true, .longest = longest, .make = make};
}

Candidate softmax(int64_t longest) {
  const auto make = [](const Problem& problem) -> Attention {
    std::optional<at::Tensor> mask = mask_of(problem);
    if (mask) mask = mask->unsqueeze(1).unsqueeze(1);
    return {[mask](const at::Tensor& query, const at::Tensor& key, const at::Tensor& value) {
              return at::scaled_dot_product_attention(query, key, value, mask);
            },
            {}};
  };
  return {.name = "softmax", .softmax = true, .longest = longest, .make = make};
}

Candidate expectation(int64_t longest) {
  const auto make = [](const Problem& problem) -> Attention {
    const int64_t bits = problem.bits;
    const std::optional<at::Tensor> mask = mask_of(problem);
    return {[=](const at::Tensor& query, const at::Tensor& key, const at::Tensor& value) {
              return ops::expected_attention(query, key, value, bits, mask, mask);
            },
            {}};
  };
  return {.name = "YOSO-E", .estimates_yoso = true, .longest = longest, .make = make};
}

}  // namespace

std::vector<Candidate> operator_candidates(const OperatorChoice& choice) {
  std::vector<Candidate> candidates = {softmax(choice.longest_softmax),
                                       expectation(choice.longest_expectation)};
  for (const int64_t hashes : choice.hashes) {
    for (const std::string& family : choice.families) {
      for (const std::string& groups : choice.groups) {
        for (const std::string& gradient : choice.gradients) {
          std::string name = "YOSO-" + std::to_string(hashes) + " " + gradient;
          if (family != "hadamard") name += ", " + family;
          if (groups != "sequence") name += ", G = H";
          candidates.push_back(
              sampled(name, gradient, family, groups, hashes, choice.longest_sampled));
        }
      }
    }
  }
  return candidates;
}

}  // namespace yoso::bench
