#pragma once

#include <string>

#include "yoso/serialization/safetensors.h"

namespace yoso::interop {

/// Every tensor of a Hugging Face folder: of its model.safetensors, or of the files that
/// model.safetensors.index.json names. DataError: neither is there, a damaged file, a tensor that
/// the index and the files do not agree on.
serialization::NamedTensors read_weights(const std::string& folder);

}  // namespace yoso::interop
