#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "yoso/ops/kernels/simulator/shared_memory.h"

// Runs kernels on a CPU: block after block, the threads of a block as fibers that take turns at
// barriers and warp operations, in a random order that a seed decides. Errors end the launch and
// are kept for last_error().

namespace yoso::ops::kernels::simulator {

struct Settings {
  uint64_t seed = 1;                        // of the order of blocks and threads
  int64_t shared_memory_limit = 227 << 10;  // bytes a block may ask for; a Hopper GPU's
};

Settings& settings();

/// What was wrong with the last launch, and in which block; empty when nothing was.
const std::string& last_error();

struct Grid {
  int64_t blocks;
  int threads;
  int64_t shared_bytes;
};

/// Runs kernel() in every thread of every block. False when something was wrong.
bool run_grid(const Grid& grid, const std::function<void()>& kernel);

/// The running thread.
Moment current_moment();

void block_barrier();

enum class WarpOperation { barrier, shuffle, ballot, match };

/// Waits for the other lanes of `mask`. Returns for a shuffle the value of lane `source`, for a
/// ballot the lanes whose value is not zero, for a match the lanes with the same value.
uint64_t meet_warp(WarpOperation operation, uint32_t mask, uint64_t value, int source);

}  // namespace yoso::ops::kernels::simulator
