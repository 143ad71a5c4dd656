#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <limits>

namespace yoso::testing {

/// Counts what c10's CPU allocator is asked for: tensors and the operators' working memory.
class CountingAllocator : public c10::Allocator {
 public:
  explicit CountingAllocator(c10::Allocator* inner) : inner_(inner) {}

  c10::DataPtr allocate(size_t size) override {
    const int64_t now = current_ += static_cast<int64_t>(size);
    for (int64_t peak = peak_; now > peak && !peak_.compare_exchange_weak(peak, now);) {
    }
    auto* block = new Block{inner_->allocate(size), static_cast<int64_t>(size), this};
    return {block->memory.get(), block, &free_block, c10::Device(c10::kCPU)};
  }
  void copy_data(void* to, const void* from, size_t count) const override {
    std::memcpy(to, from, count);
  }

  void restart() { base_ = peak_ = current_.load(); }
  /// The most that was allocated at any time since restart().
  int64_t peak() const { return peak_ - base_; }

 private:
  struct Block {
    c10::DataPtr memory;
    int64_t size;
    CountingAllocator* owner;
  };
  static void free_block(void* context) {
    auto* block = static_cast<Block*>(context);
    block->owner->current_ -= block->size;
    delete block;
  }

  c10::Allocator* inner_;
  std::atomic<int64_t> current_{0}, peak_{0};
  int64_t base_ = 0;
};

/// Bytes that `run` allocates on the CPU at most beyond what was there before.
template <class Run>
int64_t peak_allocated(const Run& run) {
  constexpr uint8_t kPriority = std::numeric_limits<uint8_t>::max();
  c10::Allocator* const usual = c10::GetCPUAllocator();
  static CountingAllocator& counting = *new CountingAllocator(usual);  // outlives what it served
  c10::SetCPUAllocator(&counting, kPriority);
  counting.restart();
  run();
  c10::SetCPUAllocator(usual, kPriority);
  return counting.peak();
}

}  // namespace yoso::testing
