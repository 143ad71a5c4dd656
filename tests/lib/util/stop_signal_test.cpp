#include "yoso/util/stop_signal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace yoso {
namespace {

/// The exit code of a child process that runs `body`; signal handlers and the flag belong to a
/// process.
template <class Body>
int exit_code_of(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(StopSignal, FirstRaisesTheFlagSecondEnds) {
  for (int first : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU}) {
    EXPECT_EQ(exit_code_of([first] {
                watch_stop_signals();
                if (stop_requested() != 0) return 1;
                ::raise(first);
                return stop_requested() == first ? 0 : 2;
              }),
              0)
        << signal_name(first);
    EXPECT_EQ(exit_code_of([first] {
                watch_stop_signals();
                ::raise(first);
                ::usleep(1'100'000);
                ::raise(SIGINT);
                return 3;
              }),
              128 + SIGINT)
        << signal_name(first);
  }
}

TEST(StopSignal, OneRequestThatArrivesTwiceIsOne) {
  EXPECT_EQ(exit_code_of([] {
              watch_stop_signals();
              ::raise(SIGTERM);
              ::raise(SIGTERM);
              ::raise(SIGINT);
              return stop_requested() == SIGTERM ? 0 : 2;
            }),
            0);
}

TEST(StopSignal, IgnoredSignalsStayIgnored) {
  EXPECT_EQ(exit_code_of([] {
              ::signal(SIGINT, SIG_IGN);
              watch_stop_signals();
              ::raise(SIGINT);
              ::raise(SIGINT);
              return stop_requested();
            }),
            0);
}

TEST(StopSignal, WithoutWatchingTheyEndTheProcess) {
  EXPECT_EQ(exit_code_of([] { return ::raise(SIGTERM); }), -SIGTERM);
}

TEST(StopSignal, Names) {
  EXPECT_STREQ(signal_name(SIGINT), "SIGINT");
  EXPECT_STREQ(signal_name(SIGTERM), "SIGTERM");
  EXPECT_STREQ(signal_name(SIGHUP), "SIGHUP");
  EXPECT_STREQ(signal_name(SIGUSR1), "SIGUSR1");
}

}  // namespace
}  // namespace yoso
