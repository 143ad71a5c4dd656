#pragma once

#include <string>

#include "yoso/interop/hugging_face/accounting.h"
#include "yoso/interop/hugging_face/model_config.h"
#include "yoso/serialization/safetensors.h"

namespace yoso::interop {

/// A checkpoint's tensors under the names of Hugging Face, sorted, all in float32. Rows that only
/// the tables of Hugging Face have are zeros; a block that all layers share is repeated. `shared`:
/// model.shared_weight. How each tensor was exported is added to `accounting`. DataError `PATH:
/// ...` for a tensor that is missing or of another shape.
serialization::NamedTensors export_tensors(const serialization::NamedTensors& from,
                                           const HuggingFaceConfig& config, bool shared,
                                           const std::string& path, Accounting& accounting);

}  // namespace yoso::interop
