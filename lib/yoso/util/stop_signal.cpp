#include "yoso/util/stop_signal.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <initializer_list>

namespace yoso {
namespace {

std::atomic<int> stop_signal{0};
static_assert(std::atomic<int>::is_always_lock_free,
              "a signal handler may only touch lock-free atomics");

void on_signal(int signal) {
  int none = 0;
  if (!stop_signal.compare_exchange_strong(none, signal)) ::_exit(128 + signal);
}

}  // namespace

void watch_stop_signals() {
  for (int signal : {SIGINT, SIGTERM, SIGUSR1}) {
    struct sigaction old {};
    if (::sigaction(signal, nullptr, &old) == 0 && old.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;  // reads and writes under way go on
    ::sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
  }
}

int stop_requested() noexcept { return stop_signal.load(std::memory_order_relaxed); }

const char* signal_name(int signal) noexcept {
  switch (signal) {
    case SIGINT:
      return "SIGINT";
    case SIGTERM:
      return "SIGTERM";
    case SIGUSR1:
      return "SIGUSR1";
    default:
      return "signal";
  }
}

StoppedError::StoppedError(int signal, const std::string& outcome)
    : Error(static_cast<ExitCode>(128 + signal),
            std::string("stopped by ") + signal_name(signal) + "; " + outcome) {}

void throw_if_stopped(const std::string& outcome) {
  if (const int signal = stop_requested(); signal != 0) throw StoppedError(signal, outcome);
}

}  // namespace yoso
