#pragma once

#include <gtest/gtest.h>

#include <string>

#include "yoso/util/error.h"

namespace yoso::testing {

/// The message of the yoso::Error that `action` throws; a test failure when it throws none or one
/// with another code.
template <class Action>
std::string error_text(Action action, ExitCode code = ExitCode::usage) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(static_cast<int>(error.code()), static_cast<int>(code)) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error was thrown";
  return {};
}

}  // namespace yoso::testing
