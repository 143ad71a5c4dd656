#pragma once

#include <stdexcept>
#include <string>

namespace yoso {

/// The exit codes of the programs. A run ended by signal n exits with 128 + n.
enum class ExitCode : int {
  done = 0,
  failure = 1,     // unwritable or full disk, out of memory, internal failure
  usage = 2,       // wrong option or configuration, occupied run folder
  data = 3,        // missing, truncated or wrong data or checkpoint file
  non_finite = 4,  // the loss became NaN or infinite
};

/// A failure with one clear line for the user and the exit code that goes with it.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

/// A failure of the system: a full disk, a folder that cannot be written.
class SystemError : public Error {
 public:
  explicit SystemError(const std::string& message) : Error(ExitCode::failure, message) {}
};

/// A mistake in the command line or in the configuration.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(ExitCode::usage, message) {}
};

/// Data or a checkpoint that is missing, damaged or of another kind.
class DataError : public Error {
 public:
  explicit DataError(const std::string& message) : Error(ExitCode::data, message) {}
};

/// Training diverged.
class NonFiniteError : public Error {
 public:
  explicit NonFiniteError(const std::string& message) : Error(ExitCode::non_finite, message) {}
};

}  // namespace yoso
