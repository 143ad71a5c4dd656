#include "yoso/ops/kernels/simulator/block.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <numeric>
#include <random>
#include <vector>

#include "yoso/ops/kernels/simulator/cuda_words.h"
#include "yoso/ops/kernels/simulator/fiber.h"

namespace yoso::ops::kernels::simulator {
namespace {

constexpr int kWarp = 32;
constexpr int64_t kMaxBlocks = 0x7fffffff;  // of a grid's one dimension

/// Thrown through a kernel to end its thread.
struct Failed {};

enum class State { ready, at_barrier, in_warp, ended };

struct Thread {
  Fiber fiber;
  State state = State::ended;
  // What it brought to a warp operation, and the answer.
  WarpOperation operation = WarpOperation::barrier;
  uint32_t mask = 0;
  uint64_t value = 0;
  int source = 0;
};

const char* name(WarpOperation operation) {
  switch (operation) {
    case WarpOperation::barrier:
      return "__syncwarp";
    case WarpOperation::shuffle:
      return "a shuffle";
    case WarpOperation::ballot:
      return "a vote";
    case WarpOperation::match:
      return "a match";
  }
  return "?";
}

class Block {
 public:
  /// Runs all threads; the error, or nothing.
  std::string run(int threads, uint64_t seed, const std::function<void()>& kernel);

  Moment moment() const {
    return {running_, barriers_, warp_barriers_[static_cast<size_t>(running_ / kWarp)]};
  }
  void wait_for_block() { wait(State::at_barrier); }
  uint64_t meet(WarpOperation operation, uint32_t mask, uint64_t value, int source);
  void set_error(std::string error) {
    if (error_.empty()) error_ = std::move(error);
  }

 private:
  Thread& thread(int index) { return *threads_[static_cast<size_t>(index)]; }
  void wait(State state) {
    Thread& self = thread(running_);
    self.state = state;
    self.fiber.leave();
    if (!error_.empty()) throw Failed();
  }
  void make_ready(int index) {
    thread(index).state = State::ready;
    ready_.push_back(index);
  }
  void open_barrier();
  void complete(int warp, uint32_t mask);
  std::string stuck() const;

  std::vector<std::unique_ptr<Thread>> threads_;
  int count_ = 0, running_ = 0, waiting_ = 0;
  int32_t barriers_ = 0;
  std::vector<int32_t> warp_barriers_;
  std::vector<int> ready_;
  std::string error_;
};

std::string Block::run(int threads, uint64_t seed, const std::function<void()>& kernel) {
  const std::function<void()> body = [&] {
    try {
      kernel();
    } catch (const Failed&) {
    }
  };
  count_ = threads;
  barriers_ = waiting_ = 0;
  warp_barriers_.assign(static_cast<size_t>((threads + kWarp - 1) / kWarp), 0);
  error_.clear();
  ready_.clear();
  while (static_cast<int>(threads_.size()) < threads)
    threads_.push_back(std::make_unique<Thread>());
  for (int t = 0; t < threads; ++t) {
    thread(t).fiber.start(&body);
    make_ready(t);
  }
  std::minstd_rand random(static_cast<std::minstd_rand::result_type>(seed));
  while (!ready_.empty() && error_.empty()) {
    std::swap(ready_[random() % ready_.size()], ready_.back());
    running_ = ready_.back();
    ready_.pop_back();
    threadIdx.x = static_cast<unsigned>(running_);
    Thread& self = thread(running_);
    self.fiber.resume();
    if (self.fiber.ended()) {
      self.state = State::ended;
    } else if (self.state == State::at_barrier && ++waiting_ == count_) {
      open_barrier();
    }
  }
  if (error_.empty()) error_ = stuck();
  return error_;
}

void Block::open_barrier() {
  waiting_ = 0;
  ++barriers_;
  for (int t = 0; t < count_; ++t) make_ready(t);
}

uint64_t Block::meet(WarpOperation operation, uint32_t mask, uint64_t value, int source) {
  const int warp = running_ / kWarp, lane = running_ % kWarp;
  if ((mask >> lane & 1) == 0)
    fail("%s with mask %08x lacks its own lane %d", name(operation), mask, lane);
  Thread& self = thread(running_);
  self.operation = operation;
  self.mask = mask;
  self.value = value;
  self.source = source;
  self.state = State::in_warp;
  bool all = true;
  for (int l = 0; l < kWarp; ++l) {
    if ((mask >> l & 1) == 0) continue;
    const int index = warp * kWarp + l;
    if (index >= count_)
      fail("%s with mask %08x in a warp of %d threads", name(operation), mask, count_ % kWarp);
    const Thread& other = thread(index);
    if (other.state == State::ended)
      fail("%s waits for lane %d, which has ended", name(operation), l);
    if (other.state != State::in_warp) {
      all = false;
    } else if (other.operation != operation || other.mask != mask) {
      fail("lanes %d and %d meet in %s (mask %08x) and %s (mask %08x)", lane, l, name(operation),
           mask, name(other.operation), other.mask);
    }
  }
  if (all) {
    complete(warp, mask);
    // This thread too continues only when it is chosen again.
  }
  wait(all ? State::ready : State::in_warp);
  return self.value;
}

void Block::complete(int warp, uint32_t mask) {
  uint64_t values[kWarp] = {};
  uint64_t votes = 0;
  for (int lane = 0; lane < kWarp; ++lane) {
    if ((mask >> lane & 1) == 0) continue;
    values[lane] = thread(warp * kWarp + lane).value;
    votes |= static_cast<uint64_t>(values[lane] != 0) << lane;
  }
  for (int lane = 0; lane < kWarp; ++lane) {
    if ((mask >> lane & 1) == 0) continue;
    Thread& t = thread(warp * kWarp + lane);
    switch (t.operation) {
      case WarpOperation::barrier:
        break;
      case WarpOperation::shuffle:
        if ((mask >> t.source & 1) == 0)
          fail("lane %d asks for the value of lane %d, which is not in mask %08x", lane, t.source,
               mask);
        t.value = values[t.source];
        break;
      case WarpOperation::ballot:
        t.value = votes;
        break;
      case WarpOperation::match: {
        uint64_t same = 0;
        for (int l = 0; l < kWarp; ++l)
          same |= static_cast<uint64_t>((mask >> l & 1) != 0 && values[l] == values[lane]) << l;
        t.value = same;
        break;
      }
    }
    make_ready(warp * kWarp + lane);
  }
  if (mask == 0xffffffffu && thread(warp * kWarp).operation == WarpOperation::barrier)
    ++warp_barriers_[static_cast<size_t>(warp)];
}

/// Called when no thread is ready. Empty when all have ended, else names one that waits in vain.
std::string Block::stuck() const {
  int ended = 0, barrier = -1, in_warp = -1;
  for (int t = 0; t < count_; ++t) {
    const State state = threads_[static_cast<size_t>(t)]->state;
    ended += state == State::ended;
    if (state == State::at_barrier) barrier = t;
    if (state == State::in_warp) in_warp = t;
  }
  if (ended == count_) return {};
  char text[200];
  if (in_warp >= 0) {
    std::snprintf(text, sizeof(text), "thread %d waits in %s for lanes that do not come", in_warp,
                  name(threads_[static_cast<size_t>(in_warp)]->operation));
  } else {
    std::snprintf(text, sizeof(text),
                  "thread %d waits in __syncthreads, which %d threads did not reach", barrier,
                  ended);
  }
  return text;
}

Block& block() {
  static Block instance;
  return instance;
}

std::string& error_text() {
  static std::string text;
  return text;
}

}  // namespace

Settings& settings() {
  static Settings instance;
  return instance;
}

const std::string& last_error() { return error_text(); }

Moment current_moment() { return block().moment(); }

void block_barrier() { block().wait_for_block(); }

uint64_t meet_warp(WarpOperation operation, uint32_t mask, uint64_t value, int source) {
  return block().meet(operation, mask, value, source);
}

void fail(const char* format, ...) {
  char text[300];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  block().set_error(text);
  throw Failed();
}

bool run_grid(const Grid& grid, const std::function<void()>& kernel) {
  error_text().clear();
  if (grid.blocks > kMaxBlocks) {
    error_text() = "a grid of " + std::to_string(grid.blocks) + " blocks cannot be launched";
    return false;
  }
  if (grid.threads < 1 || grid.threads > 1024 ||
      grid.shared_bytes > settings().shared_memory_limit) {
    error_text() = "a block of " + std::to_string(grid.threads) + " threads with " +
                   std::to_string(grid.shared_bytes) + " bytes of shared memory cannot be launched";
    return false;
  }
  std::mt19937_64 random(settings().seed);
  std::vector<int64_t> order(static_cast<size_t>(grid.blocks));
  std::iota(order.begin(), order.end(), int64_t{0});
  std::shuffle(order.begin(), order.end(), random);
  blockDim.x = static_cast<unsigned>(grid.threads);
  gridDim.x = static_cast<unsigned>(grid.blocks);
  for (int64_t index : order) {
    blockIdx.x = static_cast<unsigned>(index);
    shared_memory().start_block(grid.shared_bytes);
    const std::string error = block().run(grid.threads, random(), kernel);
    if (error.empty()) continue;
    error_text() = "block " + std::to_string(index) + ": " + error;
    return false;
  }
  return true;
}

}  // namespace yoso::ops::kernels::simulator
