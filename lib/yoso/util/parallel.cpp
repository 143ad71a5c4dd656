#include "yoso/util/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "yoso/util/resources.h"

namespace yoso {

int thread_count(int threads) { return threads > 0 ? threads : usable_cores(); }

void parallel_for(int64_t count, int threads, const std::function<void(int64_t)>& work) {
  std::atomic<int64_t> next = 0;
  std::atomic<bool> failed = false;
  std::mutex mutex;
  int64_t failed_index = count;
  std::exception_ptr failure;

  auto run = [&] {
    while (!failed) {
      const int64_t i = next++;
      if (i >= count) return;
      try {
        work(i);
      } catch (...) {
        failed = true;
        std::lock_guard lock(mutex);
        if (i < failed_index) {
          failed_index = i;
          failure = std::current_exception();
        }
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    const int64_t wanted = std::min<int64_t>(thread_count(threads), count);
    for (int64_t i = 1; i < wanted; ++i) helpers.emplace_back(run);
    run();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace yoso
