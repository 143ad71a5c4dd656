#pragma once

#include <array>
#include <cstddef>

namespace yoso::results::lra {

/// The columns of a Long Range Arena table (LRA, Tay et al. 2021), in their published order.
inline constexpr size_t kTasks = 6;
inline constexpr std::array<const char*, kTasks> kTaskTitles = {
    "ListOps", "Text", "Retrieval", "Image", "Pathfinder", "Path-X"};
inline constexpr size_t kPathX = 5;

}  // namespace yoso::results::lra
