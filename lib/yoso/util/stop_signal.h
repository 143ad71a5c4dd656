#pragma once

namespace yoso {

/// From now on the first SIGINT, SIGTERM or SIGUSR1 only raises the flag below, so that a program
/// can finish its step and save; a second one ends the process at once with exit code 128 + n. A
/// signal that is ignored when this is called (a shell's background job, nohup) stays ignored.
void watch_stop_signals();

/// The signal that asked to stop, or 0.
int stop_requested() noexcept;

/// "SIGTERM" for 15, and so on, for messages.
const char* signal_name(int signal) noexcept;

}  // namespace yoso
