#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

namespace yoso::testing {

/// Waits until something holds, at most a minute.
inline void wait_until(const std::function<bool()>& holds) {
  for (int i = 0; i < 60'000 && !holds(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_TRUE(holds());
}

}  // namespace yoso::testing
