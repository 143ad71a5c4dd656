#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/results.h"
#include "yoso/ops/cpu/row_access.h"
#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/valid_rows.h"

namespace yoso::ops::cpu {

/// Moves the codes of one tile, [hashes, kTileRows], to their positions in [hashes, length].
inline void scatter_codes(const int32_t* codes, const int32_t* positions, int64_t count,
                          int64_t hashes, int64_t length, int32_t* to) {
  const bool adjacent =
      count == kTileRows && positions[kTileRows - 1] == positions[0] + kTileRows - 1;
  for (int64_t h = 0; h < hashes; ++h, codes += kTileRows, to += length) {
    if (adjacent)
      std::copy_n(codes, kTileRows, to + positions[0]);
    else
      for (int64_t lane = 0; lane < count; ++lane) to[positions[lane]] = codes[lane];
  }
}

/// Hashes the valid rows of x. `make_hasher()` makes what one worker calls as
/// hasher(group, rows, count, codes) for up to kHashedRows rows: rows is [count, dim], zero-padded
/// to a multiple of kTileRows rows, and codes [count / kTileRows, hashes, kTileRows]. Each row
/// fills one lane of a tile, so its code cannot depend on its neighbours.
template <class T, class MakeHasher>
at::Tensor hash_rows(const at::Tensor& x, const std::optional<at::Tensor>& mask, int64_t groups,
                     int64_t hashes, int64_t dim, const MakeHasher& make_hasher) {
  constexpr int64_t kUnitRows = 2 * kHashedRows;
  const int64_t batch = x.size(0), heads = x.size(1), length = x.size(2);
  at::Tensor result = new_rows({batch, heads, hashes, length}, x.options().dtype(at::kInt), mask);
  int32_t* out = result.data_ptr<int32_t>();
  const ValidRows rows(mask, batch, length);
  const RowReader reader(x);
  const int64_t units = (rows.max_count() + kUnitRows - 1) / kUnitRows;

  at::parallel_for(0, batch * heads * units, 1, [&](int64_t begin, int64_t end) {
    auto hasher = make_hasher();
    Buffer<T> packed(kHashedRows * dim);
    Buffer<int32_t> codes(hashes * kHashedRows);
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t head = unit / units;  // counted over the batch
      const int64_t sequence = head / heads, head_in_sequence = head % heads;
      const int64_t group = groups == 1 ? 0 : groups == heads ? head_in_sequence : head;
      const int64_t first = unit % units * kUnitRows;
      const int64_t last = std::min(first + kUnitRows, rows.count(sequence));
      for (int64_t row = first; row < last; row += kHashedRows) {
        const int32_t* positions = rows.positions(sequence) + row;
        const int64_t count = std::min(kHashedRows, last - row);
        reader.read({sequence, head_in_sequence, positions, count, 0, dim}, packed.data(), dim);
        std::fill(packed.data() + count * dim, packed.data() + round_up(count, kTileRows) * dim,
                  T(0));
        hasher(group, packed.data(), count, codes.data());
        for (int64_t tile = 0; tile < count; tile += kTileRows)
          scatter_codes(codes.data() + tile * hashes, positions + tile,
                        std::min(kTileRows, count - tile), hashes, length,
                        out + head * hashes * length);
      }
    }
  });
  return result;
}

}  // namespace yoso::ops::cpu
