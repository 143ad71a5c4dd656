#pragma once

#include <unistd.h>

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "yoso/util/file.h"

namespace yoso {

/// Messages to the user: lines on stderr and in the run's log.txt, and at most one status line that
/// stays below them on a terminal. Members may be called from several threads.
class Log {
 public:
  struct Options {
    bool quiet = false;  // no info and no status on stderr; warnings stay, log.txt gets everything
    int fd = STDERR_FILENO;  // where the lines go
    // Whether fd understands terminal control; unset: the system is asked.
    std::optional<bool> terminal = std::nullopt;
  };

  Log() : Log(Options()) {}
  explicit Log(const Options& options);
  ~Log();  // removes the status line
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Appends every line to this file too, those shown so far included. SystemError when the file
  /// cannot be written, from here and from the members below.
  void attach(const std::string& path);

  /// A line of text; the newline is added here.
  void info(std::string_view line);

  /// `warning: LINE`, shown even when quiet.
  void warn(std::string_view line);

  /// Replaces the status line (empty: removes it), cut to the terminal's width. Nothing happens off
  /// a terminal.
  void status(std::string_view line);

  /// A line for log.txt alone.
  void file_only(std::string_view line);

  bool quiet() const { return options_.quiet; }
  bool terminal() const { return terminal_; }

 private:
  void show(std::string_view line);
  void store(std::string_view line);

  Options options_;
  bool terminal_;
  std::mutex mutex_;
  std::string status_;
  std::optional<AppendFile> file_;
  std::string unsaved_;  // lines from before attach
};

}  // namespace yoso
