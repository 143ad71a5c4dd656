#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace yoso::bench {

/// One candidate in one type on one problem.
struct Result {
  std::string level;   // operators, modules
  std::string inputs;  // Problem::inputs
  std::string attention;
  std::string family;  // Candidate::family
  std::string type;    // float32, bfloat16
  bool softmax = false;
  int64_t batch = 0, heads = 0, length = 0, head_dim = 0;
  double forward_s = 0, both_s = 0;  // of all heads; both: forward and backward
  // Times of the quicker of softmax in all types of the same run over ours; 0: was not measured.
  double forward_ratio = 0, both_ratio = 0;
  int64_t forward_bytes = 0, both_bytes = 0;  // peak beyond inputs, context and gradients
  double cosine =
      0;  // of the context's rows to those of its dense attention, on average; 0: has none
  std::string machine;  // describe_machine()

  double forward_ms_a_head() const { return 1e3 * forward_s / static_cast<double>(batch * heads); }
  double both_ns_a_token() const { return 1e6 * both_ms_a_head() / static_cast<double>(length); }
  double both_ms_a_head() const { return 1e3 * both_s / static_cast<double>(batch * heads); }
};

/// Fills the ratios of results on one problem.
void set_ratios(std::vector<Result>& results);

/// Of the results that differ in nothing but the type, the quickest with backward.
std::vector<Result> best_types(const std::vector<Result>& results);

}  // namespace yoso::bench
