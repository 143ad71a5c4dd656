#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <cstdint>
#include <type_traits>

namespace yoso::ops::cpu {

/// Uninitialised working memory, aligned for vectors.
template <class T>
class Buffer {
  static_assert(std::is_trivial_v<T>);

 public:
  explicit Buffer(int64_t size)
      : memory_(c10::GetCPUAllocator()->allocate(static_cast<size_t>(size) * sizeof(T))) {}

  T* data() { return static_cast<T*>(memory_.get()); }
  const T* data() const { return static_cast<const T*>(memory_.get()); }

 private:
  c10::DataPtr memory_;
};

}  // namespace yoso::ops::cpu
