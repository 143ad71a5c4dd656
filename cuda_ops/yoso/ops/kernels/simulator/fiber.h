#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <functional>
#include <memory>

namespace yoso::ops::kernels::simulator {

/// A function on a stack of its own that can be left and entered again. Announces every change of
/// stack to AddressSanitizer. A fiber that is dropped before its end runs no destructors.
class Fiber {
 public:
  static constexpr std::size_t kStackBytes = 256 << 10;

  Fiber();

  /// Makes `body` what the next resume() starts with.
  void start(const std::function<void()>* body);

  /// Runs until the fiber calls leave() or ends; called from outside.
  void resume();

  /// Returns to the caller of resume(); called from inside.
  void leave();

  bool ended() const { return ended_; }

 private:
  static void enter(boost::context::detail::transfer_t from);

  std::unique_ptr<char[]> stack_;
  boost::context::detail::fcontext_t inside_ = nullptr, outside_ = nullptr;
  const std::function<void()>* body_ = nullptr;
  bool ended_ = true;
  const void* outer_stack_ = nullptr;  // for AddressSanitizer
  std::size_t outer_bytes_ = 0;
};

}  // namespace yoso::ops::kernels::simulator
