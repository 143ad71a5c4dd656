#include "yoso/util/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <thread>
#include <vector>

#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso {
namespace {

using testing::TempFolder;

constexpr const char* kErase = "\r\x1b[2K";

/// A file instead of stderr.
class Screen {
 public:
  Screen() : path_(folder_.path("screen")), fd_(::open(path_.c_str(), O_RDWR | O_CREAT, 0600)) {}
  ~Screen() { ::close(fd_); }
  int fd() const { return fd_; }
  std::string text() const { return read_file(path_); }

 private:
  TempFolder folder_;
  std::string path_;
  int fd_;
};

TEST(Log, WritesLinesToScreenAndFile) {
  TempFolder folder;
  Screen screen;
  Log log({.fd = screen.fd()});
  log.info("before the run folder exists");
  log.attach(folder.path("log.txt"));
  log.info("one");
  log.warn("two");
  log.file_only("three");
  EXPECT_EQ(screen.text(), "before the run folder exists\none\nwarning: two\n");
  EXPECT_EQ(read_file(folder.path("log.txt")),
            "before the run folder exists\none\nwarning: two\nthree\n");
}

TEST(Log, ContinuesTheFileOfAResumedRun) {
  TempFolder folder;
  const std::string path = folder.write("log.txt", "earlier\n");
  Screen screen;
  Log log({.fd = screen.fd()});
  log.attach(path);
  log.info("later");
  EXPECT_EQ(read_file(path), "earlier\nlater\n");
}

TEST(Log, QuietShowsOnlyWarnings) {
  TempFolder folder;
  Screen screen;
  Log log({.quiet = true, .fd = screen.fd(), .terminal = true});
  log.attach(folder.path("log.txt"));
  log.info("one");
  log.status("10 %");
  log.warn("two");
  EXPECT_EQ(screen.text(), "warning: two\n");
  EXPECT_EQ(read_file(folder.path("log.txt")), "one\nwarning: two\n");
}

TEST(Log, KeepsTheStatusBelowTheLines) {
  TempFolder folder;
  Screen screen;
  {
    Log log({.fd = screen.fd(), .terminal = true});
    log.attach(folder.path("log.txt"));
    log.status("10 %");
    log.info("line");
    log.status("20 %");
    log.status("");
    log.status("");  // nothing to erase
    log.status("30 %");
  }
  std::string expected;
  for (const char* part : {"10 %", "line\n10 %", "20 %", "", "30 %", ""}) {
    expected.append(kErase).append(part);
  }
  EXPECT_EQ(screen.text(), expected);
  EXPECT_EQ(read_file(folder.path("log.txt")), "line\n");
}

TEST(Log, CutsTheStatusToTheWidth) {
  Screen screen;  // no terminal: 80 columns are assumed
  Log log({.fd = screen.fd(), .terminal = true});
  log.status(std::string(200, 'x'));
  EXPECT_EQ(screen.text(), kErase + std::string(78, 'x') + "…");
}

TEST(Log, RecognisesATerminal) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(master, 0);
  ASSERT_EQ(::grantpt(master) | ::unlockpt(master), 0);
  const int terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
  ASSERT_GE(terminal, 0);
  Screen file;
  ::setenv("TERM", "xterm", 1);
  EXPECT_TRUE(Log({.fd = terminal}).terminal());
  EXPECT_FALSE(Log({.fd = file.fd()}).terminal());
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(Log({.fd = terminal}).terminal());
  ::close(terminal);
  ::close(master);
}

TEST(Log, KeepsLinesOfSeveralThreadsWhole) {
  TempFolder folder;
  Screen screen;
  Log log({.fd = screen.fd()});
  log.attach(folder.path("log.txt"));
  std::vector<std::thread> threads;
  for (char c : {'a', 'b', 'c'}) {
    threads.emplace_back([&log, c] {
      for (int i = 0; i < 200; ++i) log.info(std::string(50, c));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(read_file(folder.path("log.txt")), screen.text());
  EXPECT_EQ(screen.text().size(), 3u * 200 * 51);
  for (size_t at = 0; at < screen.text().size(); at += 51) {
    const std::string line = screen.text().substr(at, 51);
    ASSERT_EQ(line, std::string(50, line[0]).append("\n"));
  }
}

TEST(Log, ReportsThatItsFileCannotBeWritten) {
  Screen screen;
  Log log({.fd = screen.fd()});
  log.attach("/dev/full");
  EXPECT_EQ(testing::error_text([&] { log.info("line"); }, ExitCode::failure),
            "/dev/full: cannot be written: No space left on device");
  EXPECT_EQ(screen.text(), "line\n");
}

}  // namespace
}  // namespace yoso
