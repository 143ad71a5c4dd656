#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <limits>

#include "support/attention_oracle.h"

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::random_problem;

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

/// Bytes that one run allocates at most beyond what was there before.
int64_t peak_of_run(int64_t hashes, bool expected) {
  const AttentionProblem p = random_problem({1, 2, 4096, 4096, 32, 32, hashes, 12}, 71, at::kFloat);
  constexpr uint8_t kPriority = std::numeric_limits<uint8_t>::max();
  c10::Allocator* const usual = c10::GetCPUAllocator();
  static CountingAllocator& counting = *new CountingAllocator(usual);  // outlives what it served
  c10::SetCPUAllocator(&counting, kPriority);
  counting.restart();
  expected ? run_expected(p, "exact") : run_sampled(p, "lower_bound");
  c10::SetCPUAllocator(usual, kPriority);
  return counting.peak();
}

/// Tables of all hashes would take 2 MiB a hash here; the codes of a hash are 64 KiB.
TEST(Memory, GrowsWithHashesNoFasterThanCodesAndTheirLists) {
  const int64_t few = 8, many = 48, codes = 2 * 2 * 4096 * 4;
  const int64_t growth = peak_of_run(many, false) - peak_of_run(few, false);
  EXPECT_LE(growth, 3 * codes * (many - few));
}

/// A 4096 × 4096 matrix of one head is 64 MiB.
TEST(Memory, OfTheExpectationHoldsNoSquareMatrix) { EXPECT_LT(peak_of_run(1, true), 24 << 20); }

}  // namespace
}  // namespace yoso::ops
