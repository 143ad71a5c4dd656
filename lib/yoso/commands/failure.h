#pragma once

#include <exception>
#include <string>

#include "yoso/util/error.h"

namespace yoso::commands {

/// How a failure is told to the user.
struct Failure {
  std::string message;
  ExitCode code = ExitCode::failure;
  bool stopped = false;  // a signal ended the work, which is no error

  /// "error: MESSAGE", or the message alone where it is no error.
  std::string line() const { return stopped ? message : "error: " + message; }
};

/// What an exception means: an Error of this library as it is; a full memory, an unreadable or
/// unwritable file; anything else is an internal failure.
Failure describe(const std::exception_ptr& exception);

}  // namespace yoso::commands
