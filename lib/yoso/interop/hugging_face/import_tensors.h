#pragma once

#include <string>

#include "yoso/interop/hugging_face/accounting.h"
#include "yoso/interop/hugging_face/model_config.h"
#include "yoso/serialization/safetensors.h"

namespace yoso::interop {

/// The tensors of a folder under our names, all in float32. Whatever does not go with `names` is an
/// error that names it (DataError): a tensor that is missing, of another shape or no numbers; tied
/// ones that differ; one that has no place in the model, but for superfluous ones. `lenient`:
/// missing tensors are left for initial values and unknown ones left out, those of another shape
/// are both. `path` stands for the folder in messages.
serialization::NamedTensors take_tensors(const serialization::NamedTensors& from,
                                         const HuggingFaceConfig& config, const std::string& path,
                                         bool lenient, Accounting& accounting);

}  // namespace yoso::interop
