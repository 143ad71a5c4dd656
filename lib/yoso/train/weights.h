#pragma once

#include <torch/nn/module.h>

#include <string>
#include <vector>

#include "yoso/train/safetensors.h"

namespace yoso::train {

/// Parameters and buffers of a module under their dotted names.
NamedTensors named_tensors(const torch::nn::Module& model);

/// What became of each tensor of a file and of a model.
struct LoadReport {
  std::vector<std::string> taken, missing, unexpected, reshaped;  // reshaped: "NAME [2, 3] in the file, [4, 3] here"
  bool complete() const { return missing.empty() && unexpected.empty() && reshaped.empty(); }
  std::string text() const;
};

/// Copies every tensor whose name and shape agree; the rest of the model keeps its values.
LoadReport copy_weights(const NamedTensors& from, torch::nn::Module& model);

/// Which buffers may differ: those drawn anew when other hashes or another attention are asked for.
enum class Buffers { strict, redrawn };

/// Copies all weights. DataError names the first tensors that are missing, unexpected or of another shape.
void load_weights(const NamedTensors& from, torch::nn::Module& model, const std::string& path,
                  Buffers buffers = Buffers::strict);

}  // namespace yoso::train
