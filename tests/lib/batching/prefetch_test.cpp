#include "yoso/batching/prefetch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace yoso::batching {
namespace {

using namespace std::chrono_literals;

/// Waits until `holds`, at most two seconds.
template <class Condition>
bool eventually(Condition holds) {
  for (int i = 0; i < 2000 && !holds(); ++i) std::this_thread::sleep_for(1ms);
  return holds();
}

TEST(Prefetcher, GivesEveryStepInOrder) {
  for (size_t depth : {1, 2, 5}) {
    Prefetcher<int64_t> squares([](int64_t step) { return step * step; }, 10, 200, depth);
    for (int64_t step = 10; step < 200; ++step)
      ASSERT_EQ(squares.next(), step * step) << "depth " << depth;
    EXPECT_THROW(squares.next(), std::out_of_range);
  }
}

TEST(Prefetcher, WorksAheadUpToItsDepth) {
  std::atomic<int64_t> made = 0;
  Prefetcher<int64_t> steps([&](int64_t) { return ++made; }, 0, 100, 3);
  EXPECT_TRUE(eventually([&] { return made == 3; })) << made;
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(made, 3);
  steps.next();
  EXPECT_TRUE(eventually([&] { return made == 4; })) << made;
}

TEST(Prefetcher, ExceptionComesAtItsStep) {
  Prefetcher<int64_t> steps(
      [](int64_t step) {
        if (step == 2) throw std::runtime_error("row 7 is broken");
        return step;
      },
      0, 100);
  EXPECT_EQ(steps.next(), 0);
  EXPECT_EQ(steps.next(), 1);
  for (int repeat = 0; repeat < 2; ++repeat) {
    try {
      steps.next();
      FAIL() << "no exception";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "row 7 is broken");
    }
  }
}

TEST(Prefetcher, EndsWithStepsUntaken) {
  std::atomic<int64_t> made = 0;
  {
    Prefetcher<std::unique_ptr<std::string>> steps(
        [&](int64_t step) {
          ++made;
          return std::make_unique<std::string>(std::to_string(step));
        },
        0, 1'000'000, 2);
    EXPECT_EQ(*steps.next(), "0");
  }
  EXPECT_LE(made, 4);
}

TEST(Prefetcher, HasNothingToDoWithoutSteps) {
  Prefetcher<int> none([](int64_t) -> int { throw std::logic_error("called"); }, 5, 5);
  EXPECT_THROW(none.next(), std::out_of_range);
  EXPECT_THROW(Prefetcher<int>([](int64_t) { return 1; }, 0, 1, 0), std::invalid_argument);
}

}  // namespace
}  // namespace yoso::batching
