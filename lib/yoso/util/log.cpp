#include "yoso/util/log.h"

#include <sys/ioctl.h>

#include <cstdlib>

#include "yoso/util/format.h"

namespace yoso {
namespace {

constexpr std::string_view kEraseLine = "\r\x1b[2K";

bool understands_control(int fd) {
  const char* term = std::getenv("TERM");
  return ::isatty(fd) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

size_t columns(int fd) {
  struct winsize size {};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// A terminal that is gone is no reason to stop a run, so failures are ignored.
void put(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n <= 0) return;
    text.remove_prefix(static_cast<size_t>(n));
  }
}

}  // namespace

Log::Log(const Options& options)
    : options_(options), terminal_(options.terminal.value_or(understands_control(options.fd))) {}

Log::~Log() { status(""); }

void Log::attach(const std::string& path) {
  std::lock_guard lock(mutex_);
  file_.emplace(path);
  file_->append(unsaved_);
  unsaved_.clear();
}

void Log::info(std::string_view line) {
  std::lock_guard lock(mutex_);
  if (!options_.quiet) show(line);
  store(line);
}

void Log::warn(std::string_view line) {
  const std::string text = "warning: " + std::string(line);
  std::lock_guard lock(mutex_);
  show(text);
  store(text);
}

void Log::file_only(std::string_view line) {
  std::lock_guard lock(mutex_);
  store(line);
}

void Log::status(std::string_view line) {
  std::lock_guard lock(mutex_);
  if (!terminal_ || options_.quiet || (line.empty() && status_.empty())) return;
  // One column stays free: writing into the last one makes some terminals wrap.
  status_ = cut_to_width(line, columns(options_.fd) - 1);
  put(options_.fd, std::string(kEraseLine) + status_);
}

void Log::show(std::string_view line) {
  std::string text;
  if (!status_.empty()) text += kEraseLine;
  text.append(line).append("\n").append(status_);
  put(options_.fd, text);
}

void Log::store(std::string_view line) {
  const std::string text = std::string(line) + "\n";
  if (file_) {
    file_->append(text);
  } else {
    unsaved_ += text;
  }
}

}  // namespace yoso
