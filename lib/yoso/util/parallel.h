#pragma once

#include <cstdint>
#include <functional>

namespace yoso {

/// Calls `work(i)` for every i in [0, count) on up to `threads` threads (0: one a usable core);
/// each thread takes the next i when it is free, so the i are begun in order. After an exception no
/// further i is begun, and the exception of the smallest i is thrown here once all threads have
/// ended. For code without LibTorch; operators use at::parallel_for.
void parallel_for(int64_t count, int threads, const std::function<void(int64_t)>& work);

/// The number of threads that `threads` stands for: itself, or one a usable core when 0.
int thread_count(int threads);

}  // namespace yoso
