#include <ATen/ATen.h>

#include <algorithm>

#include "benchmark/attention/candidate.h"
#include "yoso/config/read.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/nn/init.h"
#include "yoso/runtime/precision.h"

namespace yoso::bench {
namespace {

Attention make_module(const config::Tree& section, const Problem& problem) {
  nn::AttentionShape shape;
  shape.heads = problem.heads();
  shape.head_dim = problem.head_dim();
  shape.max_length = problem.length();
  const auto module = nn::make_attention(nn::resolve_attention(section, 1, shape).front(), shape);
  nn::init_parameters(*module, /*seed=*/1, /*init_std=*/0.02);
  module->train();
  const at::Tensor rows = at::arange(problem.batch());
  const at::Tensor mask = problem.mask;
  return {[=, step = int64_t{0}](const at::Tensor& query, const at::Tensor& key,
                                 const at::Tensor& value) mutable {
            // As in training: bfloat16 rows come with float32 parameters.
            const bool half = query.scalar_type() == at::kBFloat16;
            const runtime::AutocastGuard autocast(
                half ? config::Precision::bfloat16 : config::Precision::float32,
                query.device().type());
            const nn::HashSeed hash_seed{.seed = 1, .step = ++step, .rows = rows};
            return module->forward({query, key, value, mask, &hash_seed, /*application=*/0});
          },
          module->parameters()};
}

std::string kind_of(const config::Tree& section) {
  const config::Tree* kind = section.find("kind");
  return kind == nullptr ? section.scalar : kind->scalar;
}

}  // namespace

std::vector<Candidate> module_candidates(const std::vector<std::string>& sections,
                                         int64_t longest_dense) {
  std::vector<std::string> written = sections;
  if (written.empty()) {
    for (const nn::AttentionKind& kind : nn::attention_kinds()) {
      if (kind.name != "none") written.push_back(kind.name);  // it computes nothing to be timed
    }
  }
  std::vector<Candidate> candidates;
  for (const std::string& text : written) {
    const config::Tree section =
        *config::parse("attention: " + text, "--attention").find("attention");
    const nn::AttentionKind& kind = nn::find_attention(kind_of(section), "--attention");
    const config::Tree* const weights = section.find("weights");
    const bool exact = weights != nullptr && weights->scalar == "exact";
    candidates.push_back(
        {.name = text,
         .family = kind.name + (exact ? ", exact weights" : ""),
         .softmax = text == "softmax",
         .dense = section.find("conv_window") != nullptr ? Dense::none
                  : kind.name.starts_with("yoso")        ? Dense::yoso
                                                         : Dense::softmax,
         .longest = kind.complexity == "n²" ? longest_dense : INT64_MAX,
         .make = [section](const Problem& problem) { return make_module(section, problem); }});
  }
  // What the others refer to comes first.
  std::stable_partition(candidates.begin(), candidates.end(),
                        [](const Candidate& candidate) { return candidate.softmax; });
  return candidates;
}

}  // namespace yoso::bench
