#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <string>
#include <vector>

#include "yoso/serialization/safetensors.h"

namespace yoso::serialization {

/// Parameters and buffers of a module under their dotted names.
NamedTensors named_tensors(const torch::nn::Module& model);

/// What became of each tensor of a file and of a model.
struct LoadReport {
  std::vector<std::string> taken, missing, unexpected,
      reshaped;  // reshaped: "NAME [2, 3] in the file, [4, 3] here"
  bool complete() const { return missing.empty() && unexpected.empty() && reshaped.empty(); }

  /// A line, with the first name of each list.
  std::string text() const;

  /// All names: of what keeps its initial values, of what was left out and of what did not fit, a
  /// line each.
  std::vector<std::string> lines() const;
};

/// What may differ between a file and a model.
enum class Fit {
  exact,         // nothing; a breach is a damaged or foreign checkpoint (DataError)
  other_hashes,  // what is drawn (stored hashes, random features), anew for another number of them
                 // (UsageError otherwise)
  encoder,  // the same, and all outside embeddings and encoder: another task's head (UsageError
            // otherwise)
};

/// Whether a tensor, by its dotted name, is drawn from the seed rather than learned
/// (nn::is_drawn).
using IsDrawn = std::function<bool(const std::string& name)>;

/// Copies all weights that the file and the model share, after checking that they fit: an error
/// names the first tensors that do not. What may differ keeps its present values, and so do stored
/// hashes and random features where the file has none at all, as one that another tool wrote.
LoadReport load_weights(const NamedTensors& from, torch::nn::Module& model, const std::string& path,
                        Fit fit, const IsDrawn& is_drawn);

}  // namespace yoso::serialization
