#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "yoso/interop/hugging_face/model_config.h"

namespace yoso::interop {

/// One tensor of a model under both of its names.
struct TensorName {
  std::string ours;
  std::string theirs;
  std::vector<int64_t> shape;  // there
};

/// Two names of one tensor in their files, which may hold either or both.
struct TiedName {
  std::string kept, tied;
};

/// Every tensor of a model, tied ones once. `tensors` bounds their number, so that a config.json
/// that asks for more cannot cost memory. DataError where it does.
std::vector<TensorName> tensor_names(const HuggingFaceConfig& config, size_t tensors,
                                     const std::string& path);

std::vector<TiedName> tied_names(const HuggingFaceConfig& config);

/// Whether a tensor that is not one of the model's may be left out without a loss: numbers that
/// are computed anew (position_ids), or a head that this class of model does not use although its
/// files often hold it.
bool is_superfluous(const std::string& theirs, const HuggingFaceConfig& config);

/// Today's name of a tensor in an old file: `gamma` and `beta` of layer norms.
std::string modern_name(const std::string& theirs);

}  // namespace yoso::interop
