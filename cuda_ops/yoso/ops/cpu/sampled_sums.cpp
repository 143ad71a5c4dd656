#include "yoso/ops/cpu/sampled_sums.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/simd/kernels.h"

namespace yoso::ops::cpu {

template <class T>
void sampled_sums(const Slots& slots, Side to_side, const RowReader& from, const RowWriter& to) {
  const Places& places = slots.places();
  const Side from_side = other(to_side);
  const int64_t slices = round_up(from.width(), kSlice) / kSlice;
  const int64_t hashes = slots.hashes();

  at::parallel_for(0, places.count * slices, 1, [&](int64_t begin, int64_t end) {
    Buffer<T> from_rows(slots.stride(from_side) * kSlice), to_rows(slots.stride(to_side) * kSlice);
    Buffer<T> tables(table_elements<T>(slots.max_slots()));
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t place = unit / slices, column = unit % slices * kSlice;
      const RowRange source =
          places.range(from_side, place, 0, places.row_count(from_side, place), column, kSlice);
      const RowRange target =
          places.range(to_side, place, 0, places.row_count(to_side, place), column, kSlice);
      from.read(source, from_rows.data(), kSlice);
      std::fill_n(to_rows.data(), target.count * kSlice, T(0));
      kernels<T>().bucket_sums({.from = from_rows.data(),
                                .from_rows = source.count,
                                .from_slots = slots.of(from_side, place),
                                .from_stride = slots.stride(from_side),
                                .to = to_rows.data(),
                                .to_rows = target.count,
                                .to_slots = slots.of(to_side, place),
                                .to_stride = slots.stride(to_side),
                                .slots = slots.counts(place),
                                .hashes = hashes,
                                .tables = tables.data()});
      to.write(target, to_rows.data(), kSlice, T(1) / static_cast<T>(hashes));
    }
  });
}

template void sampled_sums<float>(const Slots&, Side, const RowReader&, const RowWriter&);
template void sampled_sums<double>(const Slots&, Side, const RowReader&, const RowWriter&);

}  // namespace yoso::ops::cpu
