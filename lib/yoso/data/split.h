#pragma once

namespace yoso::data {

enum class Split { train, dev, test };
inline constexpr Split kSplits[] = {Split::train, Split::dev, Split::test};

/// "train", "dev", "test".
const char* name(Split split);

}  // namespace yoso::data
