#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace yoso::testing {

/// How a program ended. A signal n that killed it counts as exit code 128 + n, as in a shell.
struct Outcome {
  int exit_code = 0;
  std::string out, err;
  int64_t peak_bytes = 0;  // the most memory that was resident
};

/// A program that runs beside the test, its output kept in files of `folder`.
class Process {
 public:
  /// `arguments[0]` is the path of the program.
  Process(const std::vector<std::string>& arguments, const std::string& folder);
  ~Process();  // kills it when it still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const;
  Outcome wait();

 private:
  pid_t pid_ = -1;
  std::string out_path_, err_path_;
};

/// Runs a program to its end, in `folder`.
Outcome run_program(const std::vector<std::string>& arguments, const std::string& folder);

}  // namespace yoso::testing
