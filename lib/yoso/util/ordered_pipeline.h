#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "yoso/util/parallel.h"

namespace yoso {

/// Three steps over a stream of items, on `threads` threads (0: one a usable core):
/// - `read(item)` fills an empty item and returns whether there was one;
/// - `work(item)` does the bulk;
/// - `write(item)` takes the items in the order in which they were read.
///
/// Reading and writing each happen on one thread at a time, beside the work on others; as many
/// items are under way as there are threads. After an exception nothing more is read, and the one
/// of the earliest item is thrown here (of a `read` that throws, once everything before it is
/// written).
template <class Item>
void ordered_pipeline(int threads, const std::function<bool(Item&)>& read,
                      const std::function<void(Item&)>& work,
                      const std::function<void(Item&)>& write) {
  std::mutex read_mutex, write_mutex;
  std::condition_variable written;
  bool ended = false;          // guarded by read_mutex
  int64_t next_read = 0;       // guarded by read_mutex
  int64_t next_write = 0;      // guarded by write_mutex
  std::exception_ptr failure;  // guarded by write_mutex; nothing is written after it

  const auto run_one = [&]() -> bool {
    Item item{};
    int64_t number = 0;
    std::exception_ptr failed;
    {
      std::lock_guard lock(read_mutex);
      if (ended) return false;
      number = next_read;
      try {
        if (!read(item)) {
          ended = true;
          return false;
        }
      } catch (...) {
        failed = std::current_exception();
        ended = true;
      }
      ++next_read;
    }
    if (!failed) {
      try {
        work(item);
      } catch (...) {
        failed = std::current_exception();
      }
    }
    std::unique_lock lock(write_mutex);
    written.wait(lock, [&] { return next_write == number; });
    if (!failed && !failure) {
      try {
        write(item);
      } catch (...) {
        failed = std::current_exception();
      }
    }
    if (failed && !failure) failure = failed;
    ++next_write;
    written.notify_all();
    return failure == nullptr;
  };
  {
    std::vector<std::jthread> helpers;
    for (int i = 1; i < thread_count(threads); ++i) {
      helpers.emplace_back([&] {
        while (run_one()) {
        }
      });
    }
    while (run_one()) {
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace yoso
