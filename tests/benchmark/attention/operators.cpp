#include <ATen/ATen.h>

#include "benchmark/attention/candidate.h"
#include "yoso/ops/centred_codes.h"
#include "yoso/ops/exact_pairs_attention.h"
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

at::Tensor draw_signs(int64_t count, int64_t hashes, int64_t bits, int64_t dim) {
  at::manual_seed(2);
  const at::Tensor coins = at::randint(
      2, {count, ops::hadamard_passes(hashes, bits, dim), 3, ops::hadamard_dim(dim, bits)});
  return (coins * 2 - 1).to(at::kChar);
}

Hash make_hash(const Problem& problem, const std::string& family, const std::string& groups,
               int64_t hashes) {
  const int64_t bits = problem.bits, dim = problem.head_dim();
  const std::optional<at::Tensor> mask = mask_of(problem);
  const int64_t count = problem.heads() * (groups == "head" ? 1 : problem.batch());
  if (family == "hyperplane") {
    at::manual_seed(2);
    const at::Tensor planes = at::randn({count, hashes, bits, dim});
    return [=](const at::Tensor& rows) { return ops::hyperplane_codes(rows, planes, mask); };
  }
  const at::Tensor signs = draw_signs(count, hashes, bits, dim);
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
  return {.name = name,
          .family = "YOSO, " + family,
          .dense = Dense::yoso,
          .longest = longest,
          .make = make};
}

/// Hashes that only find pairs, with a band, the ends and cells, as the modules' defaults have.
Candidate exact(int64_t hashes, int64_t longest) {
  const auto make = [=](const Problem& problem) -> Attention {
    ops::ExactPairs pairs{.kernel = "angular", .bits = problem.bits, .normalize = "l2"};
    pairs.band = 8;
    pairs.first_tokens = pairs.last_tokens = 1;
    const at::Tensor signs =
        draw_signs(problem.heads() * problem.batch(), hashes, pairs.hash_bits, problem.head_dim());
    const std::optional<at::Tensor> mask = mask_of(problem);
    return {[=](const at::Tensor& query, const at::Tensor& key, const at::Tensor& value) {
              const auto hash = [&](const at::Tensor& x) {
                return ops::centred_codes(x, signs, hashes, pairs.hash_bits, mask);
              };
              return std::get<0>(ops::exact_pairs_attention(query, key, value, hash(query),
                                                            hash(key), mask, mask, {}, pairs));
            },
            {}};
  };
  return {.name = "YOSO-" + std::to_string(hashes) + " exact",
          .family = "YOSO, exact weights",
          .dense = Dense::yoso,
          .longest = longest,
          .make = make};
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
  return {
      .name = "softmax", .family = "softmax", .softmax = true, .longest = longest, .make = make};
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
  return {
      .name = "YOSO-E", .family = "YOSO-E", .dense = Dense::yoso, .longest = longest, .make = make};
}

}  // namespace

std::vector<Candidate> operator_candidates(const OperatorChoice& choice) {
  std::vector<Candidate> candidates = {softmax(choice.longest_softmax),
                                       expectation(choice.longest_expectation)};
  for (const int64_t hashes : choice.hashes) {
    candidates.push_back(exact(hashes, choice.longest_sampled));
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
