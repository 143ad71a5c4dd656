#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

namespace yoso::ops::kernels::simulator {

/// When and by whom an access happened: accesses of two threads are in order when a barrier of the
/// block lies between them, or one of their warp (__syncwarp).
struct Moment {
  int32_t thread = -1;
  int32_t block_barriers = 0;  // passed by the block before
  int32_t warp_barriers = 0;   // passed by the thread's warp before
};

/// A block's shared memory. Reports accesses out of range, reads of what was never written, and two
/// threads at one element, one of them writing, without a barrier between.
class SharedMemory {
 public:
  void start_block(int64_t bytes);

  char* at(int64_t offset) { return bytes_.data() + offset; }
  int64_t size() const { return static_cast<int64_t>(bytes_.size()); }

  void on_read(int64_t offset, int64_t size);
  void on_write(int64_t offset, int64_t size, bool atomic);

 private:
  static constexpr int64_t kGrain = 2;  // bytes of the smallest element

  struct Element {
    Moment write, read;
    bool atomic = false;
    bool many_readers = false;  // of one warp: read.thread is one of them
    bool many_warps = false;
  };

  Element& element(int64_t offset, int64_t size);

  std::vector<char> bytes_;
  std::vector<Element> elements_;
};

SharedMemory& shared_memory();

/// Ends the block with this message, from inside a simulated thread.
[[noreturn]] void fail(const char* format, ...) __attribute__((format(printf, 1, 2)));

}  // namespace yoso::ops::kernels::simulator

namespace yoso::ops::kernels {

/// A pointer into shared memory that knows the array it points into; `const` T may not be written.
template <class T>
class Shared {
 public:
  using Value = std::remove_const_t<T>;

  class Reference {
   public:
    explicit Reference(int64_t offset) : offset_(offset) {}
    operator Value() const {
      simulator::shared_memory().on_read(offset_, sizeof(T));
      Value value;
      std::memcpy(&value, simulator::shared_memory().at(offset_), sizeof(T));
      return value;
    }
    Reference& operator=(Value value) {
      static_assert(!std::is_const_v<T>);
      simulator::shared_memory().on_write(offset_, sizeof(T), /*atomic=*/false);
      std::memcpy(simulator::shared_memory().at(offset_), &value, sizeof(T));
      return *this;
    }
    Reference& operator=(const Reference& other) { return *this = static_cast<Value>(other); }
    Reference& operator+=(Value value) { return *this = static_cast<Value>(*this) + value; }
    Reference& operator|=(Value value) { return *this = static_cast<Value>(*this) | value; }

   private:
    int64_t offset_;
  };

  Shared() = default;
  Shared(int64_t offset, int64_t begin, int64_t end) : offset_(offset), begin_(begin), end_(end) {}
  operator Shared<const T>() const { return {offset_, begin_, end_}; }

  Reference operator[](int64_t index) const {
    const int64_t offset = offset_ + index * static_cast<int64_t>(sizeof(T));
    if (offset < begin_ || offset + static_cast<int64_t>(sizeof(T)) > end_)
      simulator::fail("element %lld of an array of %lld in shared memory",
                      static_cast<long long>((offset - begin_) / static_cast<int64_t>(sizeof(T))),
                      static_cast<long long>((end_ - begin_) / static_cast<int64_t>(sizeof(T))));
    return Reference(offset);
  }
  Reference operator*() const { return (*this)[0]; }
  Shared operator+(int64_t count) const {
    return {offset_ + count * static_cast<int64_t>(sizeof(T)), begin_, end_};
  }

  /// The address must be one that a GPU reads or writes `bytes` bytes at in one go.
  void expect_aligned(int64_t bytes) const {
    if (offset_ % bytes != 0)
      simulator::fail("%lld bytes at byte %lld of shared memory, which is no multiple",
                      static_cast<long long>(bytes), static_cast<long long>(offset_));
  }

  /// For atomics: the element's address after the checks of an atomic access.
  T* atomic() const {
    (void)(*this)[0];
    simulator::shared_memory().on_write(offset_, sizeof(T), /*atomic=*/true);
    return reinterpret_cast<T*>(simulator::shared_memory().at(offset_));
  }

 private:
  int64_t offset_ = 0, begin_ = 0, end_ = 0;
};

class SharedArena {
 public:
  template <class T>
  Shared<T> take(int64_t count) {
    const int64_t begin = used_, bytes = count * static_cast<int64_t>(sizeof(T));
    used_ += (bytes + 15) & ~int64_t{15};
    if (begin + bytes > simulator::shared_memory().size())
      simulator::fail("%lld bytes of shared memory are used, the launch asked for %lld",
                      static_cast<long long>(begin + bytes),
                      static_cast<long long>(simulator::shared_memory().size()));
    return {begin, begin, begin + bytes};
  }

 private:
  int64_t used_ = 0;
};

/// As in device/device.cuh: by four where the count allows, loads of two at once.
template <int kCount>
void load_shared(Shared<const float> from, float* to) {
  if constexpr (kCount % 4 == 0) from.expect_aligned(16);
  if constexpr (kCount == 2) from.expect_aligned(8);
  for (int i = 0; i < kCount; ++i) to[i] = from[i];
}

template <int kCount>
void store_shared(Shared<float> to, const float* from) {
  if constexpr (kCount % 4 == 0) to.expect_aligned(16);
  for (int i = 0; i < kCount; ++i) to[i] = from[i];
}

inline int atomic_add(Shared<int> to, int value) {
  int* const element = to.atomic();
  const int before = *element;
  *element = before + value;
  return before;
}

}  // namespace yoso::ops::kernels
