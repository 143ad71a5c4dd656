#pragma once

#include <string>

#include "yoso/util/error.h"

namespace yoso {

/// From now on the first SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 or SIGXCPU only raises the flag
/// below, so that a program can finish its step and save; another one, a second later or more, ends
/// the process at once with exit code 128 + n. A signal that is ignored when this is called (a
/// shell's background job, nohup) stays ignored. SIGXFSZ is ignored: the write fails instead.
void watch_stop_signals();

/// The signal that asked to stop, or 0.
int stop_requested() noexcept;

/// "SIGTERM" for 15, and so on, for messages.
const char* signal_name(int signal) noexcept;

/// A signal ended work that cannot be resumed; the exit code is 128 + n.
class StoppedError : public Error {
 public:
  /// "stopped by SIGTERM; OUTCOME".
  StoppedError(int signal, const std::string& outcome);
};

/// Throws a StoppedError when a signal asked to stop.
void throw_if_stopped(const std::string& outcome);

}  // namespace yoso
