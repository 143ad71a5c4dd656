#include "yoso/data/prefetch.h"

#include <mutex>
#include <stdexcept>
#include <utility>

namespace yoso::data {

Prefetch::Prefetch(Producer produce, size_t depth) : produce_(std::move(produce)), depth_(depth) {
  if (depth == 0) throw std::invalid_argument("Prefetch: a depth of 0 would never make a batch");
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Prefetch::~Prefetch() = default;

void Prefetch::run(const std::stop_token& stop) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [&] { return ready_.size() < depth_; })) return;
    }
    std::optional<Batch> batch;
    std::exception_ptr failure;
    try {
      batch = produce_();
    } catch (...) {
      failure = std::current_exception();
    }
    std::lock_guard lock(mutex_);
    if (batch) {
      ready_.push_back(std::move(*batch));
    } else {
      failure_ = failure;
      ended_ = true;
    }
    changed_.notify_all();
    if (ended_) return;
  }
}

std::optional<Batch> Prefetch::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !ready_.empty() || ended_; });
  if (ready_.empty()) {
    if (failure_) std::rethrow_exception(failure_);
    return std::nullopt;
  }
  Batch batch = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_all();
  return batch;
}

}  // namespace yoso::data
