#pragma once

#include <string>

#include "yoso/interop/hugging_face/accounting.h"
#include "yoso/interop/hugging_face/model_config.h"
#include "yoso/serialization/safetensors.h"

namespace yoso::interop {

/// The tensors of a folder under this program's names, all in float32. How each one was imported is
/// added to `accounting`. `path` names the folder in messages. DataError names a tensor that
///   - is missing, has another shape or is not of floating-point numbers,
///   - is tied to another one, but differs from it,
///   - is not part of the model, unless it is superfluous (is_superfluous).
/// With `lenient`, missing tensors and those of another shape are left to initial values, and
/// unknown ones are left out.
serialization::NamedTensors take_tensors(const serialization::NamedTensors& from,
                                         const HuggingFaceConfig& config, const std::string& path,
                                         bool lenient, Accounting& accounting);

}  // namespace yoso::interop
