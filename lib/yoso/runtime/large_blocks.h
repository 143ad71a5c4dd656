#pragma once

#include <c10/core/Allocator.h>

#include <cstddef>
#include <map>
#include <mutex>

namespace yoso::runtime {

/// Keeps freed blocks of 1 MiB and more for the next tensor of about their size. The C library
/// returns each to the system, which then maps and clears it again, page by page: a third of a
/// training step that is not attention. Setting glibc to keep them instead (mallopt) is as fast,
/// but fragments: the process grew to twice what its tensors take.
///
/// What is mapped stays below 1.25 times the most that was in use at once; of the blocks kept for
/// later, the largest are returned first. Smaller blocks are the default allocator's. Safe to call
/// from any thread.
class LargeBlocks : public c10::Allocator {
 public:
  LargeBlocks() = default;
  ~LargeBlocks() override;  // blocks in use must have been freed
  LargeBlocks(const LargeBlocks&) = delete;
  LargeBlocks& operator=(const LargeBlocks&) = delete;

  c10::DataPtr allocate(size_t bytes) override;
  c10::DeleterFnPtr raw_deleter() const override { return &free_any; }
  void copy_data(void* to, const void* from, size_t count) const override;

  size_t mapped_bytes() const;  // of blocks in use or kept

 private:
  static void free_any(void* block);
  void* take(size_t bytes);
  void give(void* block, size_t bytes);
  void shrink(size_t limit);

  mutable std::mutex mutex_;
  std::multimap<size_t, void*> kept_;  // by size
  size_t kept_bytes_ = 0, used_bytes_ = 0, most_used_bytes_ = 0;
};

/// Makes a LargeBlocks the allocator of all CPU tensors, for the life of the process. Programs call
/// it when they start.
void keep_large_blocks();

}  // namespace yoso::runtime
