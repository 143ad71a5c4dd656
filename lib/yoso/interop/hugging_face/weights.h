#pragma once

#include <string>

#include "yoso/serialization/safetensors.h"

namespace yoso::interop {

/// Every tensor of a Hugging Face folder, from its model.safetensors or from the files that
/// model.safetensors.index.json names. DataError: both are missing, a file is damaged, or a tensor
/// is not in the file that the index names.
serialization::NamedTensors read_weights(const std::string& folder);

}  // namespace yoso::interop
