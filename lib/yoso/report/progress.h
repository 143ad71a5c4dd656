#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "yoso/util/log.h"

namespace yoso::report {

/// Shows how far a long job is: `train 1,200/2,000 60 % · 8.20 steps/s · 1:38 left · loss 1.234`.
/// On a terminal a line that overwrites itself; elsewhere (and in log.txt) a plain line now and
/// then. For rank 0: other ranks are given a quiet log.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;
  struct Options {
    std::string what;            // "train", "reading train.tsv"
    int64_t total = 0;           // 0: unknown, neither percent nor time left is shown
    std::string unit = "steps";  // of position and rate
    int64_t start = 0;           // position at construction (a resumed run); not in the rate
    double redraw_s = 0.1;       // terminal: least time between two drawings
    double line_s = 10;          // elsewhere: least time before and between plain lines
    std::function<Clock::time_point()> now = Clock::now;
  };

  Progress(Log& log, Options options);
  ~Progress();  // removes the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `extra` is called only when something is shown; its text ends the line. Cheap enough to call
  /// for every example.
  void update(int64_t position, const std::function<std::string()>& extra = nullptr);

  /// Ends with one plain line, the work since construction, its time and mean rate:
  /// `reading train.tsv: 96,000 examples in 1.2 s (80.0k examples/s)`.
  void finish();

  /// The line for a position, without drawing it.
  std::string line(int64_t position, const std::string& extra) const;

 private:
  double elapsed_s() const;
  double rate_at(int64_t position) const;  // mean since construction; 0 while no time has passed

  Log& log_;
  Options options_;
  Clock::time_point begin_;
  Clock::time_point next_redraw_;
  Clock::time_point next_line_;
  int64_t position_;
};

}  // namespace yoso::report
