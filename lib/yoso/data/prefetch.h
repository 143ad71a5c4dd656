#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "yoso/data/batch.h"

namespace yoso::data {

/// Makes batches ahead of their use, in order, on one thread. What comes out is what `produce`
/// would give if called directly; only the waiting goes away.
class Prefetch {
 public:
  /// The next batch, or nothing at the end. Called on the prefetching thread, never twice at a
  /// time, and not again after the end or an exception.
  using Producer = std::function<std::optional<Batch>()>;

  /// Keeps up to `depth` ≥ 1 batches ready.
  Prefetch(Producer produce, size_t depth);

  /// Waits for the batch being made, and drops those not taken.
  ~Prefetch();

  Prefetch(const Prefetch&) = delete;
  Prefetch& operator=(const Prefetch&) = delete;

  /// The next batch, waiting for it if need be; nothing after the last one. An exception of the
  /// producer comes out here, after the batches made before it, in this and every later call.
  std::optional<Batch> next();

 private:
  void run(const std::stop_token& stop);

  Producer produce_;
  size_t depth_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Batch> ready_;
  bool ended_ = false;
  std::exception_ptr failure_;
  std::jthread thread_;  // last: begun when the rest is ready, joined while it still is
};

}  // namespace yoso::data
