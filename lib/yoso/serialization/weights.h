#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <string>
#include <vector>

#include "yoso/serialization/safetensors.h"

namespace yoso::serialization {

/// Parameters and buffers of a module under their dotted names.
NamedTensors named_tensors(const torch::nn::Module& model);

/// The outcome for each tensor of a file and of a model.
struct LoadReport {
  /// Dotted names; those of `reshaped` with both shapes: "NAME [2, 3] in the file, [4, 3] here".
  std::vector<std::string> taken, missing, unexpected, reshaped;
  bool complete() const { return missing.empty() && unexpected.empty() && reshaped.empty(); }

  /// One line, with the first name of each list.
  std::string text() const;

  /// All names of missing, unexpected and reshaped tensors, a line for each list that has any.
  std::vector<std::string> lines() const;
};

/// What may differ between a file and a model.
enum class Fit {
  /// Nothing. A difference means a damaged or foreign checkpoint (DataError).
  exact,
  /// The stored hashes and random features, which are sampled again for another number of them
  /// (UsageError for any other difference).
  other_hashes,
  /// These, and all outside embeddings and encoder: another task's head (UsageError for any other
  /// difference).
  encoder,
};

/// Whether a tensor, by its dotted name, is sampled from the seed rather than learned
/// (nn::is_drawn).
using IsDrawn = std::function<bool(const std::string& name)>;

/// Copies all weights that the file and the model share, after checking that they fit: an error
/// names the first tensors that do not. Tensors that may differ keep the model's values, and so do
/// stored hashes and random features where the file has none at all, as one that another tool
/// wrote.
LoadReport load_weights(const NamedTensors& from, torch::nn::Module& model, const std::string& path,
                        Fit fit, const IsDrawn& is_drawn);

}  // namespace yoso::serialization
