#include "yoso/util/stop_signal.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace yoso {
namespace {

// timeout(1), schedulers and terminals send one request to a process and to its group, so twice.
constexpr int64_t kOneRequest = 1'000'000'000;  // ns

struct NamedSignal {
  int number;
  const char* name;
};
/// What ends a run: a user, a closed terminal, a batch system before its time limit.
constexpr NamedSignal kSignals[] = {
    {SIGINT, "SIGINT"},   {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"},
    {SIGUSR1, "SIGUSR1"}, {SIGUSR2, "SIGUSR2"}, {SIGXCPU, "SIGXCPU"},
};

std::atomic<int> stop_signal{0};
std::atomic<int64_t> stop_time{0};  // ns, of that signal
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<int64_t>::is_always_lock_free,
              "a signal handler may only touch lock-free atomics");

int64_t now() {
  struct timespec time {};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

void on_signal(int signal) {
  // The time first, so that it is valid as soon as the flag is raised.
  int64_t none = 0;
  const int64_t arrived = now();
  const bool first = stop_time.compare_exchange_strong(none, arrived);
  if (first) stop_signal.store(signal);
  if (!first && arrived - none >= kOneRequest) ::_exit(128 + signal);
}

}  // namespace

void watch_stop_signals() {
  for (const auto& [signal, name] : kSignals) {
    struct sigaction old {};
    if (::sigaction(signal, nullptr, &old) == 0 && old.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;  // interrupted reads and writes continue
    ::sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
  }
  // A file beyond the limit of its size (ulimit -f) is an error of the write, as a full disk is.
  ::signal(SIGXFSZ, SIG_IGN);
}

int stop_requested() noexcept { return stop_signal.load(std::memory_order_relaxed); }

const char* signal_name(int signal) noexcept {
  for (const NamedSignal& known : kSignals) {
    if (signal == known.number) return known.name;
  }
  return "signal";
}

StoppedError::StoppedError(int signal, const std::string& outcome)
    : Error(static_cast<ExitCode>(128 + signal),
            std::string("stopped by ") + signal_name(signal) + "; " + outcome) {}

void throw_if_stopped(const std::string& outcome) {
  if (const int signal = stop_requested(); signal != 0) throw StoppedError(signal, outcome);
}

}  // namespace yoso
