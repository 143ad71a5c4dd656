#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "yoso/interop/hugging_face/model_config.h"

namespace yoso::interop {

/// One tensor of a model with its name in this program and in Hugging Face's files.
struct TensorName {
  std::string ours;
  std::string theirs;
  std::vector<int64_t> shape;  // in the Hugging Face model
};

/// Two names of one tensor in Hugging Face's files, which may hold either or both.
struct TiedName {
  std::string kept, tied;
};

/// Every tensor of a model, tied ones once. `tensors` is a bound on the number of layers, so that a
/// wrong config.json cannot allocate much memory. DataError when there are more layers, or none.
std::vector<TensorName> tensor_names(const HuggingFaceConfig& config, size_t tensors,
                                     const std::string& path);

std::vector<TiedName> tied_names(const HuggingFaceConfig& config);

/// Whether a tensor that is not part of the model may be left out without a loss: a buffer that is
/// computed again (position_ids, token_type_ids), or a head that this class of model does not use
/// although its files often hold it.
bool is_superfluous(const std::string& theirs, const HuggingFaceConfig& config);

/// The usual name of a tensor: `gamma` and `beta` of layer norms in old files become `weight` and
/// `bias`; what wrappers put before a name (`module.`, `_orig_mod.`, `model.`) is dropped, and the
/// family's prefix (`bert.`) is added where an encoder was saved without it.
std::string usual_name(const std::string& theirs, const HuggingFaceConfig& config);

/// Whether a tensor is part of the encoder or the pooler, not of a head.
bool is_of_encoder(const std::string& theirs, const HuggingFaceConfig& config);

}  // namespace yoso::interop
