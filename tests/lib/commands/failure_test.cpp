#include "yoso/commands/failure.h"

#include <c10/util/Exception.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <new>
#include <nlohmann/json.hpp>

#include "yoso/util/stop_signal.h"

namespace yoso::commands {
namespace {

template <class Throw>
Failure failure_of(Throw action) {
  try {
    action();
  } catch (...) {
    return describe(std::current_exception());
  }
  return {};
}

TEST(Failure, EveryKindOfExceptionIsOneLineAndAnExitCode) {
  const Failure data = failure_of([] { throw DataError("a.tsv:3: wrong"); });
  EXPECT_EQ(data.line(), "error: a.tsv:3: wrong");
  EXPECT_EQ(data.code, ExitCode::data);
  const Failure memory = failure_of([] { throw std::bad_alloc(); });
  EXPECT_NE(memory.message.find("out of memory; try a smaller"), std::string::npos);
  EXPECT_EQ(memory.code, ExitCode::failure);
  const Failure gpu = failure_of([] {
    TORCH_CHECK_WITH(OutOfMemoryError, false, "CUDA out of memory. Tried to allocate 2 GiB");
  });
  EXPECT_NE(gpu.message.find("out of memory; try a smaller"), std::string::npos) << gpu.message;
  EXPECT_EQ(gpu.message.find('\n'), std::string::npos);
  const Failure file = failure_of([] {
    throw std::filesystem::filesystem_error("x", "runs/a",
                                            std::make_error_code(std::errc::io_error));
  });
  EXPECT_EQ(file.message, "runs/a: Input/output error");
  EXPECT_NE(failure_of([] { throw std::out_of_range("at"); }).message.find("internal failure: at"),
            std::string::npos);
}

TEST(Failure, AStoppedRunIsNoError) {
  const Failure stopped = failure_of([] { throw StoppedError(SIGTERM, "nothing was written"); });
  EXPECT_TRUE(stopped.stopped);
  EXPECT_EQ(stopped.line(), "stopped by SIGTERM; nothing was written");
  EXPECT_EQ(static_cast<int>(stopped.code), 128 + SIGTERM);
}

}  // namespace
}  // namespace yoso::commands
