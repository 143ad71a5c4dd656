#include "yoso/runtime/large_blocks.h"

#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <unordered_map>

namespace yoso::runtime {
namespace {

constexpr size_t kSmallest = 1 << 20;
constexpr size_t kGranule = 1 << 16;
constexpr size_t kHugePage = 1 << 21;

struct Owner {
  LargeBlocks* allocator;
  size_t bytes;
};

/// The owner of each large block in use: a deleter receives only the address.
struct Owners {
  std::mutex mutex;
  std::unordered_map<void*, Owner> of;
};

Owners& owners() {
  static Owners& owners = *new Owners;  // outlives every tensor
  return owners;
}

/// Maps a block, aligned so that the system can use huge pages. Null when there is no memory.
void* map_block(size_t bytes) {
  const size_t reserved = bytes + kHugePage;
  void* start =
      ::mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return nullptr;
  char* const first = static_cast<char*>(start);
  const auto address = reinterpret_cast<uintptr_t>(first);
  char* const block = first + ((address + kHugePage - 1) / kHugePage * kHugePage - address);
  if (block > first) ::munmap(first, block - first);
  char* const end = block + bytes;
  if (end < first + reserved) ::munmap(end, first + reserved - end);
  ::madvise(block, bytes, MADV_HUGEPAGE);
  return block;
}

}  // namespace

LargeBlocks::~LargeBlocks() { shrink(0); }

c10::DataPtr LargeBlocks::allocate(size_t bytes) {
  if (bytes < kSmallest) return c10::GetDefaultCPUAllocator()->allocate(bytes);
  void* block = take((bytes + kGranule - 1) / kGranule * kGranule);
  // When there is no memory, the default allocator throws the error that callers expect.
  if (block == nullptr) return c10::GetDefaultCPUAllocator()->allocate(bytes);
  return {block, block, &free_any, c10::Device(c10::kCPU)};
}

void LargeBlocks::copy_data(void* to, const void* from, size_t count) const {
  std::memcpy(to, from, count);
}

size_t LargeBlocks::mapped_bytes() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return used_bytes_ + kept_bytes_;
}

void LargeBlocks::free_any(void* block) {
  Owner owner{};
  {
    const std::lock_guard<std::mutex> lock(owners().mutex);
    const auto at = owners().of.find(block);
    if (at != owners().of.end()) {
      owner = at->second;
      owners().of.erase(at);
    }
  }
  if (owner.allocator != nullptr) return owner.allocator->give(block, owner.bytes);
  c10::GetDefaultCPUAllocator()->raw_deallocate(block);
}

void* LargeBlocks::take(size_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  void* block = nullptr;
  const auto fitting = kept_.lower_bound(bytes);
  if (fitting != kept_.end() && fitting->first <= bytes + bytes / 4) {
    bytes = fitting->first;
    block = fitting->second;
    kept_bytes_ -= bytes;
    kept_.erase(fitting);
  } else {
    const size_t most = std::max(most_used_bytes_, used_bytes_ + bytes);
    shrink(std::max(most + most / 4, used_bytes_ + bytes) - used_bytes_ - bytes);
    block = map_block(bytes);
    if (block == nullptr) {
      shrink(0);
      block = map_block(bytes);
    }
    if (block == nullptr) return nullptr;
  }
  used_bytes_ += bytes;
  most_used_bytes_ = std::max(most_used_bytes_, used_bytes_);
  const std::lock_guard<std::mutex> owners_lock(owners().mutex);
  owners().of[block] = {this, bytes};
  return block;
}

void LargeBlocks::give(void* block, size_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  used_bytes_ -= bytes;
  kept_bytes_ += bytes;
  kept_.emplace(bytes, block);
}

/// Returns kept blocks to the system until at most `limit` bytes of them are left.
void LargeBlocks::shrink(size_t limit) {
  while (kept_bytes_ > limit) {
    const auto largest = std::prev(kept_.end());
    ::munmap(largest->second, largest->first);
    kept_bytes_ -= largest->first;
    kept_.erase(largest);
  }
}

void keep_large_blocks() {
  static LargeBlocks& blocks = *new LargeBlocks;  // outlives every tensor
  constexpr uint8_t kAboveDefault = 1;
  c10::SetCPUAllocator(&blocks, kAboveDefault);
}

}  // namespace yoso::runtime
