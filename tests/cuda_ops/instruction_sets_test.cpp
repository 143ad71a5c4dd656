#include <ATen/Version.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace yoso::ops {
namespace {

/// How many tests a GoogleTest program passed; -1 when any failed.
int passed_tests(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[4096];
  while (const size_t size = std::fread(buffer, 1, sizeof buffer, pipe))
    output.append(buffer, size);
  if (::pclose(pipe) != 0) return -1;
  int count = -1;
  const size_t at = output.rfind("[  PASSED  ] ");
  if (at != std::string::npos) std::sscanf(output.c_str() + at, "[  PASSED  ] %d", &count);
  return count;
}

/// The instruction set is chosen once per process, so the other ones are tested in processes of
/// their own.
TEST(InstructionSets, LowerOnesPassTheSameTests) {
  const std::string best = at::get_cpu_capability();
  const std::string program = std::filesystem::read_symlink("/proc/self/exe");
  // No `-` in the filter: it would exclude all that follows.
  const std::string tests = "*TheDenseOracle*:*Codes.*:*Table*:*AllRowsAlike*:*Heavy*";
  int lower = 0;
  for (const char* name : {"default", "avx2"}) {
    if (best == "DEFAULT" || (best == "AVX2" && name == std::string("avx2"))) break;
    const std::string command = std::string("ATEN_CPU_CAPABILITY=") + name + " '" + program +
                                "' --gtest_brief=1 --gtest_filter='" + tests + "'";
    EXPECT_GE(passed_tests(command), 40) << command;
    ++lower;
  }
  if (lower == 0)
    GTEST_SKIP() << "this computer has no instruction set below its own (" << best << ")";
}

}  // namespace
}  // namespace yoso::ops
