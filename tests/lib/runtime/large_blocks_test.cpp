#include "yoso/runtime/large_blocks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace yoso::runtime {
namespace {

constexpr size_t kMiB = 1 << 20;

TEST(LargeBlocks, AFreedBlockServesTheNextOfAboutItsSize) {
  LargeBlocks blocks;
  void* first = blocks.allocate(32 * kMiB).get();  // freed at once
  EXPECT_EQ(blocks.allocate(32 * kMiB).get(), first);
  EXPECT_EQ(blocks.allocate(27 * kMiB).get(), first);
  EXPECT_EQ(blocks.mapped_bytes(), 32 * kMiB);
  const auto used = blocks.allocate(31 * kMiB), other = blocks.allocate(31 * kMiB);
  EXPECT_EQ(used.get(), first);
  EXPECT_NE(other.get(), first);
  EXPECT_EQ(used.device(), c10::Device(c10::kCPU));
}

TEST(LargeBlocks, BlocksAreAlignedDisjointAndWritable) {
  LargeBlocks blocks;
  std::vector<c10::DataPtr> held;
  for (size_t bytes : {kMiB, 3 * kMiB + 5, 2 * kMiB, 40 * kMiB, kMiB + 1}) {
    held.push_back(blocks.allocate(bytes));
    ASSERT_EQ(reinterpret_cast<uintptr_t>(held.back().get()) % 64, 0u);
    std::memset(held.back().get(), static_cast<int>(held.size()), bytes);
  }
  for (size_t i = 0; i < held.size(); ++i)
    EXPECT_EQ(*static_cast<char*>(held[i].get()), static_cast<char>(i + 1));
}

TEST(LargeBlocks, KeepsNoMoreThanAQuarterAboveWhatWasInUse) {
  LargeBlocks blocks;
  size_t most = 0;
  for (int round = 0; round < 50; ++round) {
    std::vector<c10::DataPtr> held;
    size_t used = 0;
    for (int i = 0; i < 6; ++i) {
      const size_t bytes = (1 + (round * 7 + i * 5) % 23) * kMiB;
      held.push_back(blocks.allocate(bytes));
      used += bytes + bytes / 4;  // a kept block may be a quarter larger
      most = std::max(most, used);
      ASSERT_LE(blocks.mapped_bytes(), most + most / 4);
    }
  }
  EXPECT_GT(blocks.mapped_bytes(), 0u);
}

TEST(LargeBlocks, SmallBlocksAndRawOnesFindTheirWayBack) {
  LargeBlocks blocks;
  EXPECT_NE(blocks.allocate(100).get(), nullptr);
  EXPECT_EQ(blocks.allocate(0).get(), nullptr);
  EXPECT_EQ(blocks.mapped_bytes(), 0u);
  for (size_t bytes : {size_t{100}, 5 * kMiB}) {
    void* block = blocks.raw_allocate(bytes);
    std::memset(block, 1, bytes);
    blocks.raw_deallocate(block);
  }
  EXPECT_EQ(blocks.mapped_bytes(), 5 * kMiB);
}

TEST(LargeBlocks, ThreadsShareThem) {
  LargeBlocks blocks;
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (size_t i = 0; i < 200; ++i) {
        const size_t bytes = (1 + i % 5) * kMiB;
        const auto block = blocks.allocate(bytes);
        auto* ends = static_cast<char*>(block.get());
        ends[0] = ends[bytes - 1] = static_cast<char>(thread);
        std::this_thread::yield();
        if (ends[0] != thread || ends[bytes - 1] != thread) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace yoso::runtime
