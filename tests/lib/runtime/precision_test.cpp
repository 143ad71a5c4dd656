#include "yoso/runtime/precision.h"

#include <gtest/gtest.h>

namespace yoso::runtime {
namespace {

using config::Precision;

TEST(Precision, AutoIsWhatTheDeviceHasInstructionsFor) {
  const c10::Device cpu("cpu");
  EXPECT_EQ(settled(Precision::float32, cpu), Precision::float32);
  EXPECT_EQ(settled(Precision::bfloat16, cpu), Precision::bfloat16);
  EXPECT_EQ(settled(Precision::automatic, cpu),
            has_bfloat16(cpu) ? Precision::bfloat16 : Precision::float32);
}

}  // namespace
}  // namespace yoso::runtime
