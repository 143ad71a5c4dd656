#include "yoso/util/ordered_pipeline.h"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "yoso/util/random.h"

namespace yoso {
namespace {

struct Item {
  int number = 0;
  int result = 0;
};

/// Runs `count` items whose work takes differing times; throws `at` in the step named.
std::vector<int> run(int threads, int count, const std::string& step = "", int at = -1) {
  int next = 0;
  std::vector<int> written;
  const auto fail = [&](const char* here, int number) {
    if (step == here && number == at) throw std::runtime_error(step + std::to_string(number));
  };
  try {
    ordered_pipeline<Item>(
        threads,
        [&](Item& item) {
          if (next == count) return false;
          item.number = next++;
          fail("read", item.number);
          return true;
        },
        [&](Item& item) {
          std::this_thread::sleep_for(
              std::chrono::microseconds(mix64(static_cast<uint64_t>(item.number)) % 300));
          fail("work", item.number);
          item.result = item.number * 2;
        },
        [&](Item& item) {
          fail("write", item.number);
          written.push_back(item.result);
        });
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(), step + std::to_string(at));
    written.push_back(-1);
  }
  return written;
}

TEST(OrderedPipeline, WritesInTheOrderOfReading) {
  for (const int threads : {1, 2, 7}) {
    const std::vector<int> written = run(threads, 200);
    ASSERT_EQ(written.size(), 200u);
    for (int i = 0; i < 200; ++i) EXPECT_EQ(written[static_cast<size_t>(i)], 2 * i);
    EXPECT_TRUE(run(threads, 0).empty());
  }
}

TEST(OrderedPipeline, ThrowsTheEarliestFailureAfterWritingWhatWasBefore) {
  for (const int threads : {1, 2, 7}) {
    for (const char* step : {"read", "work", "write"}) {
      const std::vector<int> written = run(threads, 200, step, 50);
      ASSERT_EQ(written.size(), 51u) << threads << " threads, " << step;
      EXPECT_EQ(written[49], 98);
      EXPECT_EQ(written[50], -1);
    }
  }
}

}  // namespace
}  // namespace yoso
