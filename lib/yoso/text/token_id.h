#pragma once

#include <cstdint>

namespace yoso::text {

using TokenId = int32_t;
inline constexpr TokenId kNoToken = -1;

}  // namespace yoso::text
