#include "yoso/report/progress.h"

#include "yoso/util/format.h"

namespace yoso::report {
namespace {

Progress::Clock::duration duration(double seconds) {
  return std::chrono::duration_cast<Progress::Clock::duration>(
      std::chrono::duration<double>(seconds));
}

}  // namespace

Progress::Progress(Log& log, Options options)
    : log_(log),
      options_(std::move(options)),
      begin_(options_.now()),
      next_redraw_(begin_),
      next_line_(begin_ + duration(options_.line_s)),
      position_(options_.start) {}

Progress::~Progress() { log_.status(""); }

double Progress::elapsed_s() const {
  return std::chrono::duration<double>(options_.now() - begin_).count();
}

double Progress::rate_at(int64_t position) const {
  const double seconds = elapsed_s();
  return seconds > 0 ? static_cast<double>(position - options_.start) / seconds : 0;
}

std::string Progress::line(int64_t position, const std::string& extra) const {
  std::string line = options_.what + " " + format_count(position);
  if (options_.total > 0) {
    // Rounded down, so that 100 % means complete.
    line += "/" + format_count(options_.total) + " " +
            format_count(100 * position / options_.total) + " %";
  } else {
    line += " " + options_.unit;
  }
  const double rate = rate_at(position);
  if (rate > 0) {
    line += " · " + format_short(rate) + " " + options_.unit + "/s";
    const int64_t left = options_.total - position;
    if (left > 0) line += " · " + format_duration(static_cast<double>(left) / rate) + " left";
  }
  if (!extra.empty()) line += " · " + extra;
  return line;
}

void Progress::update(int64_t position, const std::function<std::string()>& extra) {
  position_ = position;
  const Clock::time_point now = options_.now();
  const bool redraw = log_.terminal() && !log_.quiet() && now >= next_redraw_;
  const bool write_line = now >= next_line_;
  if (!redraw && !write_line) return;

  const std::string text = line(position, extra ? extra() : "");
  if (redraw) {
    log_.status(text);
    next_redraw_ = now + duration(options_.redraw_s);
  }
  if (write_line) {
    // A terminal has shown the text as its status line; log.txt has not got it.
    log_.terminal() ? log_.file_only(text) : log_.info(text);
    next_line_ = now + duration(options_.line_s);
  }
}

void Progress::finish() {
  log_.status("");
  log_.info(options_.what + ": " + format_count(position_ - options_.start) + " " + options_.unit +
            " in " + format_duration(elapsed_s()) + " (" + format_short(rate_at(position_)) + " " +
            options_.unit + "/s)");
}

}  // namespace yoso::report
