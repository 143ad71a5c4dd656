#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

namespace yoso::batching {

/// Makes the items of steps begin … end − 1 ahead of their use, in order, on one thread. Returns
/// the same items as direct calls of `load`; only the waiting is saved.
template <class Item>
class Prefetcher {
 public:
  /// Keeps at most `depth` ≥ 1 items in memory, the one being made included. `load` runs on a
  /// thread of its own, one step at a time, and not again after it has thrown.
  Prefetcher(std::function<Item(int64_t step)> load, int64_t begin, int64_t end, size_t depth = 3)
      : load_(std::move(load)), end_(end), depth_(depth), taken_(begin) {
    if (depth == 0)
      throw std::invalid_argument("Prefetcher: a depth of 0 would never make an item");
    thread_ = std::jthread([this, begin](const std::stop_token& stop) { run(stop, begin); });
  }

  // Destruction waits for the item being made and drops those not taken.
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  /// The item of the next step, waiting for it if need be. An exception of `load` is thrown again
  /// by the call for its step and by every later call. std::out_of_range after the last step.
  Item next() {
    std::unique_lock lock(mutex_);
    if (taken_ >= end_) throw std::out_of_range("Prefetcher: no step is left");
    changed_.wait(lock, [this] { return !ready_.empty() || failure_; });
    if (ready_.empty()) std::rethrow_exception(failure_);
    Item item = std::move(ready_.front());
    ready_.pop_front();
    ++taken_;
    changed_.notify_all();
    return item;
  }

 private:
  void run(const std::stop_token& stop, int64_t begin) {
    for (int64_t step = begin; step < end_; ++step) {
      {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [this] { return ready_.size() < depth_; })) return;
      }
      try {
        Item item = load_(step);
        std::lock_guard lock(mutex_);
        ready_.push_back(std::move(item));
      } catch (...) {
        std::lock_guard lock(mutex_);
        failure_ = std::current_exception();
      }
      changed_.notify_all();
      if (failure_) return;  // written by this thread alone
    }
  }

  std::function<Item(int64_t)> load_;
  int64_t end_;
  size_t depth_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Item> ready_;
  std::exception_ptr failure_;
  int64_t taken_;        // the step that next() returns next
  std::jthread thread_;  // the last member: joined while the others still live
};

}  // namespace yoso::batching
