#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace yoso::ops::cpu {

/// Memory handed out in order and taken back all at once: one large block, which allocators keep
/// or map with large pages, instead of many that are mapped and cleared again in every call.
class Workspace {
 public:
  /// `bytes` are expected to suffice; if they do not, it takes further blocks.
  explicit Workspace(int64_t bytes) : expected_(bytes) {}

  char* take(int64_t bytes) {
    bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    if (bytes > left_) {
      left_ = std::max(bytes, blocks_.empty() ? expected_ : bytes);
      blocks_.push_back(c10::GetCPUAllocator()->allocate(static_cast<size_t>(left_)));
      next_ = static_cast<char*>(blocks_.back().get());
    }
    char* const taken = next_;
    next_ += bytes;
    left_ -= bytes;
    return taken;
  }

 private:
  static constexpr int64_t kAlignment = 64;
  int64_t expected_, left_ = 0;
  char* next_ = nullptr;
  std::vector<c10::DataPtr> blocks_;
};

/// Uninitialised working memory, aligned for vectors: its own, or part of a workspace, which must
/// outlive it.
template <class T>
class Buffer {
  static_assert(std::is_trivial_v<T>);

 public:
  explicit Buffer(int64_t size)
      : memory_(c10::GetCPUAllocator()->allocate(static_cast<size_t>(size) * sizeof(T))),
        data_(static_cast<T*>(memory_.get())) {}
  Buffer(Workspace& workspace, int64_t size)
      : data_(reinterpret_cast<T*>(workspace.take(size * static_cast<int64_t>(sizeof(T))))) {}

  T* data() { return data_; }
  const T* data() const { return data_; }

 private:
  c10::DataPtr memory_;
  T* data_;
};

}  // namespace yoso::ops::cpu
