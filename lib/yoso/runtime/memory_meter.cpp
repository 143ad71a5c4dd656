#include "yoso/runtime/memory_meter.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/CachingDeviceAllocator.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <new>
#include <string>

#include "yoso/util/resources.h"

namespace yoso::runtime {
namespace {

constexpr uint8_t kPriority = std::numeric_limits<uint8_t>::max();

/// Counts what LibTorch's CPU allocator hands out: tensors and the working memory of operators.
/// Packed panels inside a matrix library are not counted.
class MeteredAllocator : public c10::Allocator {
 public:
  explicit MeteredAllocator(c10::Allocator* inner) : inner_(inner) {}

  c10::DataPtr allocate(size_t size) override {
    const auto bytes = static_cast<int64_t>(size);
    const int64_t now = in_use_ += bytes;
    if (const int64_t limit = limit_; limit > 0 && now > limit) {
      in_use_ -= bytes;
      TORCH_CHECK_WITH(OutOfMemoryError, false, "a tensor of ", bytes,
                       " bytes exceeds the memory limit");
    }
    for (int64_t peak = peak_; now > peak && !peak_.compare_exchange_weak(peak, now);) {
    }
    // The size is stored before the block, because LibTorch requires a block to be its own context.
    char* block = static_cast<char*>(inner_->raw_allocate(size + kHeader)) + kHeader;
    new (block - kHeader) int64_t{bytes};
    return {block, block, &free_block, c10::Device(c10::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &free_block; }
  void copy_data(void* to, const void* from, size_t count) const override {
    std::memcpy(to, from, count);
  }

  void restart(int64_t limit) {
    in_use_ = peak_ = 0;
    limit_ = limit;
  }
  void forget_peak() { peak_ = in_use_.load(); }
  int64_t peak() const { return peak_; }

 private:
  static constexpr size_t kHeader = 64;  // keeps the alignment
  static void free_block(void* block);

  c10::Allocator* inner_;
  std::atomic<int64_t> in_use_{0}, peak_{0}, limit_{0};
};

c10::Allocator* usual_allocator() {
  static c10::Allocator* const allocator = c10::GetCPUAllocator();
  return allocator;
}

MeteredAllocator& metered_allocator() {
  static MeteredAllocator& allocator = *new MeteredAllocator(usual_allocator());  // outlives blocks
  return allocator;
}

void MeteredAllocator::free_block(void* block) {
  char* const start = static_cast<char*>(block) - kHeader;
  MeteredAllocator& owner = metered_allocator();
  owner.in_use_ -= *reinterpret_cast<int64_t*>(start);
  owner.inner_->raw_deallocate(start);
}

c10::CachingDeviceAllocator::DeviceStats device_stats(c10::Device device) {
  return c10::getDeviceAllocator(device.type())
      ->getDeviceStats(std::max<c10::DeviceIndex>(device.index(), 0));
}

}  // namespace

MemoryMeter::MemoryMeter(c10::Device device, int64_t limit) : device_(device), limit_(limit) {
  if (device_.is_cpu()) {
    metered_allocator().restart(limit);
    c10::SetCPUAllocator(&metered_allocator(), kPriority);
  }
  restart();
}

MemoryMeter::~MemoryMeter() {
  if (device_.is_cpu()) c10::SetCPUAllocator(usual_allocator(), kPriority);
}

void MemoryMeter::restart() {
  if (device_.is_cpu()) {
    metered_allocator().forget_peak();
  } else {
    c10::getDeviceAllocator(device_.type())
        ->resetPeakStats(std::max<c10::DeviceIndex>(device_.index(), 0));
  }
}

int64_t MemoryMeter::peak() const {
  if (device_.is_cpu()) return metered_allocator().peak();
  return device_stats(device_).allocated_bytes[0].peak;  // all pools together
}

bool MemoryMeter::exceeded() const { return limit_ > 0 && peak() > limit_; }

int64_t free_memory(c10::Device device) {
  if (device.is_cpu()) return available_memory();
  return static_cast<int64_t>(c10::getDeviceAllocator(device.type())
                                  ->getMemoryInfo(std::max<c10::DeviceIndex>(device.index(), 0))
                                  .first);
}

}  // namespace yoso::runtime
