#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>

namespace yoso::testing {

/// Counts what c10's CPU allocator is asked for: tensors and the operators' working memory. What a
/// library inside LibTorch allocates by itself (packed panels of a matrix product) is not seen.
class CountingAllocator : public c10::Allocator {
 public:
  explicit CountingAllocator(c10::Allocator* inner) : inner_(inner) {}

  c10::DataPtr allocate(size_t size) override {
    const int64_t now = current_ += static_cast<int64_t>(size);
    for (int64_t peak = peak_; now > peak && !peak_.compare_exchange_weak(peak, now);) {
    }
    // The header is in front of the block: LibTorch wants a block to be its own context.
    char* block = static_cast<char*>(inner_->raw_allocate(size + kHeader)) + kHeader;
    new (block - kHeader) Header{static_cast<int64_t>(size), this};
    return {block, block, &free_block, c10::Device(c10::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &free_block; }
  void copy_data(void* to, const void* from, size_t count) const override {
    std::memcpy(to, from, count);
  }

  void restart() { base_ = peak_ = current_.load(); }
  /// The most that was allocated at any time since restart(), beyond what was there then.
  int64_t peak() const { return peak_ - base_; }

 private:
  struct Header {
    int64_t size;
    CountingAllocator* owner;
  };
  static constexpr size_t kHeader = 64;  // keeps the alignment
  static void free_block(void* block) {
    char* const start = static_cast<char*>(block) - kHeader;
    const Header header = *reinterpret_cast<Header*>(start);
    header.owner->current_ -= header.size;
    header.owner->inner_->raw_deallocate(start);
  }

  c10::Allocator* inner_;
  std::atomic<int64_t> current_{0}, peak_{0};
  int64_t base_ = 0;
};

/// Counts within a scope.
class MemoryCount {
 public:
  MemoryCount() {
    c10::SetCPUAllocator(&counting(), kPriority);
    counting().restart();
  }
  ~MemoryCount() { c10::SetCPUAllocator(usual(), kPriority); }
  MemoryCount(const MemoryCount&) = delete;
  MemoryCount& operator=(const MemoryCount&) = delete;

  /// The most bytes allocated at any time in this scope, beyond those from before.
  int64_t peak() const { return counting().peak(); }

 private:
  static constexpr uint8_t kPriority = std::numeric_limits<uint8_t>::max();
  static c10::Allocator* usual() {
    static c10::Allocator* const allocator = c10::GetCPUAllocator();
    return allocator;
  }
  static CountingAllocator& counting() {
    static CountingAllocator& allocator = *new CountingAllocator(usual());  // outlives its blocks
    return allocator;
  }
};

}  // namespace yoso::testing
