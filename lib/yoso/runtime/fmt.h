#pragma once

// The {fmt} that LibTorch ships, without a library to link: for messages of many parts.
#define FMT_HEADER_ONLY 1
#include <fmt/format.h>
