#include <ATen/Version.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace yoso::ops {
namespace {

/// The instruction set is chosen once per process, so the other ones are tested in processes of
/// their own.
TEST(InstructionSets, LowerOnesPassTheSameTests) {
  const std::string best = at::get_cpu_capability();
  const std::string program = std::filesystem::read_symlink("/proc/self/exe");
  const std::string tests = "*TheDenseOracle/[0-6]:*Codes.*:*Table*:*AllRowsAlike*";
  int lower = 0;
  for (const char* name : {"default", "avx2"}) {
    if (best == "DEFAULT" || (best == "AVX2" && name == std::string("avx2"))) break;
    const std::string command = std::string("ATEN_CPU_CAPABILITY=") + name + " '" + program +
                                "' --gtest_brief=1 --gtest_filter='" + tests + "'";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    ++lower;
  }
  if (lower == 0)
    GTEST_SKIP() << "this computer has no instruction set below its own (" << best << ")";
}

}  // namespace
}  // namespace yoso::ops
