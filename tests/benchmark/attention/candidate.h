#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

#include "benchmark/attention/problem.h"

namespace yoso::bench {

/// An attention made for one problem's shape.
struct Attention {
  std::function<at::Tensor(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value)>
      context;
  std::vector<at::Tensor> parameters;  // get gradients too
};

/// The dense attention whose context a candidate's is compared with.
enum class Dense { none, yoso, softmax };

/// A row of the comparison; each is timed in every type.
struct Candidate {
  std::string name;
  std::string family;    // of a chart's curve: what differs in options alone
  bool softmax = false;  // what the others' ratios refer to
  Dense dense = Dense::none;
  int64_t longest = 0;  // it is left out beyond this length
  std::function<Attention(const Problem&)> make;
};

/// Variants of the operators to compare.
struct OperatorChoice {
  std::vector<int64_t> hashes = {32};
  std::vector<std::string> gradients = {"lower_bound", "unbiased"};
  std::vector<std::string> families = {"hadamard"};
  std::vector<std::string> groups = {"sequence"};  // sequence: G = B·H; head: G = H
  int64_t longest_softmax = 16384, longest_expectation = 4096, longest_sampled = 65536;
};

/// The public operators, codes included: softmax, the dense YOSO-E, sampled attention in all
/// variants, and exact pairs.
std::vector<Candidate> operator_candidates(const OperatorChoice& choice);

/// Modules of the table of attentions in training, drawing of the hashes and normalisation
/// included. `sections`: values of `attention:` in YAML; empty: every kind with its defaults.
std::vector<Candidate> module_candidates(const std::vector<std::string>& sections,
                                         int64_t longest_dense);

}  // namespace yoso::bench
