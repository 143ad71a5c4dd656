#pragma once

#include <string>

#include "yoso/config/tree.h"
#include "yoso/interop/hugging_face/model_config.h"

namespace yoso::interop {

/// README.md of an exported folder: how to load it, and how its results differ in transformers.
/// `attention`: resolved options of a layer of the exported model.
std::string model_card(const HuggingFaceConfig& config, const config::Tree& attention);

}  // namespace yoso::interop
