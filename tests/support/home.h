#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace yoso::testing {

/// While it lives, HOME is `folder`, or not set; for programs that are started too.
class HomeIs {
 public:
  explicit HomeIs(const char* folder) {
    if (const char* before = std::getenv("HOME")) before_ = before;
    set(folder);
  }
  ~HomeIs() { set(before_ ? before_->c_str() : nullptr); }
  HomeIs(const HomeIs&) = delete;
  HomeIs& operator=(const HomeIs&) = delete;

 private:
  static void set(const char* folder) {
    folder == nullptr ? ::unsetenv("HOME") : ::setenv("HOME", folder, 1);
  }

  std::optional<std::string> before_;
};

}  // namespace yoso::testing
