#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "yoso/train/evaluation.h"

namespace yoso::train {

/// {"rows", "loss", one key a score}; null for nothing. Numbers that JSON does not know become
/// null.
nlohmann::ordered_json to_json(const std::optional<Evaluation>& evaluation);

/// The reverse; nlohmann::json::exception for anything else.
std::optional<Evaluation> evaluation_from_json(const nlohmann::ordered_json& json);

}  // namespace yoso::train
