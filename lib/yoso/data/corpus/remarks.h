#pragma once

#include <string>
#include <vector>

#include "yoso/data/shards/manifest.h"

namespace yoso::data {

/// What a user should know of a finished corpus beside its size, a line each: bad rows passed over,
/// characters replaced, no validation though a fraction `validation` was asked for.
std::vector<std::string> remarks(const Manifest& manifest, double validation);

}  // namespace yoso::data
