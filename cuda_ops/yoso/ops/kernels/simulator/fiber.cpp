#include "yoso/ops/kernels/simulator/fiber.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace yoso::ops::kernels::simulator {
namespace {

#ifdef __SANITIZE_ADDRESS__
void start_switch(void** save, const void* stack, std::size_t bytes) {
  __sanitizer_start_switch_fiber(save, stack, bytes);
}
void finish_switch(void* saved, const void** stack, std::size_t* bytes) {
  __sanitizer_finish_switch_fiber(saved, stack, bytes);
}
void forget(const void* stack, std::size_t bytes) { __asan_unpoison_memory_region(stack, bytes); }
#else
void start_switch(void**, const void*, std::size_t) {}
void finish_switch(void*, const void**, std::size_t*) {}
void forget(const void*, std::size_t) {}
#endif

}  // namespace

Fiber::Fiber() : stack_(new char[kStackBytes]) {}

void Fiber::start(const std::function<void()>* body) {
  forget(stack_.get(), kStackBytes);  // of one that was dropped
  body_ = body;
  ended_ = false;
  inside_ = boost::context::detail::make_fcontext(stack_.get() + kStackBytes, kStackBytes, enter);
}

void Fiber::enter(boost::context::detail::transfer_t from) {
  auto* const self = static_cast<Fiber*>(from.data);
  finish_switch(nullptr, &self->outer_stack_, &self->outer_bytes_);
  self->outside_ = from.fctx;
  (*self->body_)();
  self->ended_ = true;
  start_switch(nullptr, self->outer_stack_, self->outer_bytes_);  // nullptr: never entered again
  boost::context::detail::jump_fcontext(self->outside_, nullptr);
}

void Fiber::resume() {
  void* saved = nullptr;
  start_switch(&saved, stack_.get(), kStackBytes);
  inside_ = boost::context::detail::jump_fcontext(inside_, this).fctx;
  finish_switch(saved, nullptr, nullptr);
}

void Fiber::leave() {
  void* saved = nullptr;
  start_switch(&saved, outer_stack_, outer_bytes_);
  outside_ = boost::context::detail::jump_fcontext(outside_, nullptr).fctx;
  finish_switch(saved, &outer_stack_, &outer_bytes_);
}

}  // namespace yoso::ops::kernels::simulator
