#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/real_rows.h"
#include "yoso/ops/cpu/results.h"
#include "yoso/ops/cpu/row_access.h"
#include "yoso/ops/cpu/simd/kernels.h"

namespace yoso::ops::cpu {

/// Hashes the real rows of x, kTileRows at a time. Each row fills one lane of a tile, so its code
/// cannot depend on its neighbours. `make_hasher()` makes what one worker calls as
/// hasher(group, rows, codes): rows is [kTileRows, dim], zero-padded, and codes
/// [hashes, kTileRows].
template <class T, class MakeHasher>
at::Tensor hash_rows(const at::Tensor& x, const std::optional<at::Tensor>& mask, int64_t groups,
                     int64_t hashes, int64_t dim, const MakeHasher& make_hasher) {
  constexpr int64_t kUnitRows = 8 * kTileRows;
  const int64_t batch = x.size(0), heads = x.size(1), length = x.size(2);
  at::Tensor result = new_rows({batch, heads, hashes, length}, x.options().dtype(at::kInt), mask);
  int32_t* out = result.data_ptr<int32_t>();
  const RealRows rows(mask, batch, length);
  const RowReader reader(x);
  const int64_t units = (rows.max_count() + kUnitRows - 1) / kUnitRows;

  at::parallel_for(0, batch * heads * units, 1, [&](int64_t begin, int64_t end) {
    auto hasher = make_hasher();
    Buffer<T> tile(kTileRows * dim);
    Buffer<int32_t> codes(hashes * kTileRows);
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t place = unit / units, sequence = place / heads, head = place % heads;
      const int64_t group = groups == 1 ? 0 : groups == heads ? head : place;
      const int64_t first = unit % units * kUnitRows;
      const int64_t last = std::min(first + kUnitRows, rows.count(sequence));
      for (int64_t row = first; row < last; row += kTileRows) {
        const int32_t* positions = rows.positions(sequence) + row;
        const int64_t count = std::min(kTileRows, last - row);
        reader.read({sequence, head, positions, count, 0, dim}, tile.data(), dim);
        std::fill_n(tile.data() + count * dim, (kTileRows - count) * dim, T(0));
        hasher(group, tile.data(), codes.data());
        const bool adjacent = count == kTileRows && positions[kTileRows - 1] == positions[0] + kTileRows - 1;
        for (int64_t h = 0; h < hashes; ++h) {
          int32_t* to = out + (place * hashes + h) * length;
          const int32_t* from = codes.data() + h * kTileRows;
          if (adjacent)
            std::copy_n(from, kTileRows, to + positions[0]);
          else
            for (int64_t lane = 0; lane < count; ++lane) to[positions[lane]] = from[lane];
        }
      }
    }
  });
  return result;
}

}  // namespace yoso::ops::cpu
