#pragma once

#include <c10/core/Device.h>

#include <cstdint>

namespace yoso::runtime {

/// Measures and limits the memory of tensors on a device for the life of the object; one at a time.
/// On a CPU LibTorch's allocator is wrapped: an allocation beyond the limit throws
/// c10::OutOfMemoryError. On a GPU the figures are those of LibTorch's caching allocator, and the
/// device's memory is a limit as well.
class MemoryMeter {
 public:
  /// `limit` in bytes, counting from here; 0: none.
  MemoryMeter(c10::Device device, int64_t limit);
  ~MemoryMeter();
  MemoryMeter(const MemoryMeter&) = delete;
  MemoryMeter& operator=(const MemoryMeter&) = delete;

  /// Forgets the peak so far.
  void restart();

  /// The most bytes in use since restart().
  int64_t peak() const;

  /// Whether `peak()` is above the limit.
  bool exceeded() const;

 private:
  c10::Device device_;
  int64_t limit_;
};

/// Bytes that are free now: of a GPU, or of the memory that this process may use.
int64_t free_memory(c10::Device device);

}  // namespace yoso::runtime
