#include "yoso/ops/kernels/simulator/shared_memory.h"

#include "yoso/ops/kernels/simulator/block.h"

namespace yoso::ops::kernels::simulator {
namespace {

int warp_of(int32_t thread) { return thread / 32; }

bool ordered(const Moment& before, const Moment& now) {
  if (before.thread < 0 || before.thread == now.thread) return true;
  if (before.block_barriers != now.block_barriers) return true;
  return warp_of(before.thread) == warp_of(now.thread) && before.warp_barriers != now.warp_barriers;
}

}  // namespace

SharedMemory& shared_memory() {
  static SharedMemory memory;
  return memory;
}

void SharedMemory::start_block(int64_t bytes) {
  // What is read before it is written must not look like zeros by chance.
  bytes_.assign(static_cast<size_t>(bytes), static_cast<char>(0xcd));
  elements_.assign(static_cast<size_t>((bytes + kGrain - 1) / kGrain), Element());
}

SharedMemory::Element& SharedMemory::element(int64_t offset, int64_t size) {
  if (offset < 0 || offset + size > this->size() || offset % size != 0)
    fail("%lld bytes at byte %lld of %lld in shared memory", static_cast<long long>(size),
         static_cast<long long>(offset), static_cast<long long>(this->size()));
  return elements_[static_cast<size_t>(offset / kGrain)];
}

void SharedMemory::on_read(int64_t offset, int64_t size) {
  Element& e = element(offset, size);
  const Moment now = current_moment();
  if (e.write.thread < 0)
    fail("thread %d reads byte %lld of shared memory, which was never written", now.thread,
         static_cast<long long>(offset));
  if (!ordered(e.write, now))
    fail("thread %d reads byte %lld of shared memory, which thread %d wrote, without a barrier",
         now.thread, static_cast<long long>(offset), e.write.thread);
  const bool same_time = e.read.thread >= 0 && e.read.block_barriers == now.block_barriers;
  const bool same_warp = same_time && warp_of(e.read.thread) == warp_of(now.thread);
  e.many_warps = same_time && (e.many_warps || !same_warp);
  e.many_readers = same_warp && e.read.warp_barriers == now.warp_barriers &&
                   (e.many_readers || e.read.thread != now.thread);
  e.read = now;
}

void SharedMemory::on_write(int64_t offset, int64_t size, bool atomic) {
  Element& e = element(offset, size);
  const Moment now = current_moment();
  if (!ordered(e.write, now) && !(atomic && e.atomic))
    fail("threads %d and %d write byte %lld of shared memory without a barrier", e.write.thread,
         now.thread, static_cast<long long>(offset));
  const bool same_time = e.read.thread >= 0 && e.read.block_barriers == now.block_barriers;
  const bool others_read =
      same_time && (e.many_warps || (e.many_readers && e.read.warp_barriers == now.warp_barriers));
  if (others_read || !ordered(e.read, now))
    fail("thread %d writes byte %lld of shared memory, which thread %d read, without a barrier",
         now.thread, static_cast<long long>(offset), e.read.thread);
  if (atomic && e.write.thread < 0)
    fail("thread %d adds to byte %lld of shared memory, which was never written", now.thread,
         static_cast<long long>(offset));
  e.write = now;
  e.atomic = atomic;
}

}  // namespace yoso::ops::kernels::simulator
