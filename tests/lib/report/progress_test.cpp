#include "yoso/report/progress.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/temp_folder.h"

namespace yoso::report {
namespace {

/// A log on a file, and a clock that is set by hand.
class ProgressTest : public ::testing::Test {
 protected:
  ProgressTest() : fd_(::open(screen_path().c_str(), O_RDWR | O_CREAT, 0600)) {}
  ~ProgressTest() override { ::close(fd_); }

  std::string screen_path() const { return folder_.path("screen"); }
  std::string screen() const { return read_file(screen_path()); }
  Log::Options log(bool terminal, bool quiet = false) const {
    return {.quiet = quiet, .fd = fd_, .terminal = terminal};
  }
  Progress::Options options(int64_t total, int64_t start = 0) {
    Progress::Options options;
    options.what = "train";
    options.total = total;
    options.start = start;
    options.now = [this] { return now_; };
    return options;
  }
  void pass(double seconds) {
    now_ += std::chrono::duration_cast<Progress::Clock::duration>(
        std::chrono::duration<double>(seconds));
  }

  testing::TempFolder folder_;
  int fd_;
  Progress::Clock::time_point now_{std::chrono::hours(1)};
};

TEST_F(ProgressTest, LineShowsPercentRateAndTimeLeft) {
  Log log(this->log(false));
  Progress progress(log, options(2000, 200));
  EXPECT_EQ(progress.line(200, ""), "train 200/2,000 10 %");
  pass(50);
  EXPECT_EQ(progress.line(1200, "loss 1.25"),
            "train 1,200/2,000 60 % · 20 steps/s · 40.0 s left · loss 1.25");
  EXPECT_EQ(progress.line(2000, ""), "train 2,000/2,000 100 % · 36 steps/s");
  EXPECT_EQ(Progress(log, options(0)).line(7, ""), "train 7 steps");
}

TEST_F(ProgressTest, DoesNotClaimToBeDoneTooSoon) {
  Log log(this->log(false));
  Progress progress(log, options(1000));
  EXPECT_EQ(progress.line(999, ""), "train 999/1,000 99 %");
}

TEST_F(ProgressTest, PlainLinesOffATerminal) {
  Log log(this->log(false));
  Progress progress(log, options(100));
  for (int step = 1; step <= 50; ++step) {
    pass(0.5);
    progress.update(step);
  }
  EXPECT_EQ(screen(),
            "train 20/100 20 % · 2 steps/s · 40.0 s left\n"
            "train 40/100 40 % · 2 steps/s · 30.0 s left\n");
  progress.finish();
  EXPECT_TRUE(screen().ends_with("\ntrain: 50 steps in 25.0 s (2 steps/s)\n")) << screen();
}

TEST_F(ProgressTest, OverwritesItselfOnATerminal) {
  const std::string erase = "\r\x1b[2K";
  Log log(this->log(true));
  log.attach(folder_.path("log.txt"));
  {
    Progress progress(log, options(100));
    pass(5);
    progress.update(10);
    progress.update(11);  // too soon to be drawn
    pass(5);
    progress.update(20);
  }
  EXPECT_EQ(screen(), erase + "train 10/100 10 % · 2 steps/s · 45.0 s left" + erase +
                          "train 20/100 20 % · 2 steps/s · 40.0 s left" + erase);
  EXPECT_EQ(read_file(folder_.path("log.txt")), "train 20/100 20 % · 2 steps/s · 40.0 s left\n");
}

TEST_F(ProgressTest, AsksForExtraTextOnlyWhenShown) {
  Log log(this->log(false));
  Progress progress(log, options(100'000));
  int asked = 0;
  for (int step = 1; step <= 100'000; ++step) {
    pass(0.001);
    progress.update(step, [&] { return "extra " + std::to_string(++asked); });
  }
  EXPECT_EQ(asked, std::ranges::count(screen(), '\n'));
  EXPECT_GE(asked, 9);
  EXPECT_LE(asked, 10);
}

TEST_F(ProgressTest, QuietShowsNothingButLogs) {
  Log log(this->log(true, true));
  log.attach(folder_.path("log.txt"));
  Progress progress(log, options(100));
  pass(20);
  progress.update(50);
  progress.finish();
  EXPECT_EQ(screen(), "");
  EXPECT_EQ(read_file(folder_.path("log.txt")),
            "train 50/100 50 % · 2.50 steps/s · 20.0 s left\n"
            "train: 50 steps in 20.0 s (2.50 steps/s)\n");
}

}  // namespace
}  // namespace yoso::report
