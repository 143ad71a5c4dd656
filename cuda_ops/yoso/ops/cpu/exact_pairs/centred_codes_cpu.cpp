#include <ATen/ops/zeros.h>
#include <torch/library.h>

#include "yoso/ops/checks.h"
#include "yoso/ops/cpu/exact_pairs/head_rows.h"
#include "yoso/ops/cpu/results.h"
#include "yoso/ops/hadamard_codes.h"

namespace yoso::ops {
namespace {

/// The rows of a segment of one head less their mean, which is summed in order.
template <class T>
void centre(const cpu::RowReader& x, const cpu::RowWriter& centred, const cpu::Segment& segment,
            int64_t head) {
  const int64_t count = segment.count[cpu::kQuery], width = cpu::round_up(x.width(), cpu::kSlice);
  std::vector<T> rows(cpu::kBlockRows * width), mean(width, T(0));
  // Calls use(row) for every row, in order, and then of_block(range) for every block of them.
  const auto visit = [&](const auto& use, const auto& of_block) {
    for (int64_t first = 0; first < count; first += cpu::kBlockRows) {
      const int64_t size = std::min(cpu::kBlockRows, count - first);
      const cpu::RowRange range{
          segment.sequence, head, segment.positions[cpu::kQuery] + first, size, 0, width};
      x.read(range, rows.data(), width);
      for (int64_t r = 0; r < size; ++r) use(rows.data() + r * width);
      of_block(range);
    }
  };
  visit(
      [&](const T* row) {
        for (int64_t d = 0; d < width; ++d) mean[d] += row[d];
      },
      [](const cpu::RowRange&) {});
  for (T& element : mean) element /= static_cast<T>(count);
  visit(
      [&](T* row) {
        for (int64_t d = 0; d < width; ++d) row[d] -= mean[d];
      },
      [&](const cpu::RowRange& range) { centred.write(range, rows.data(), width, T(1)); });
}

at::Tensor centred_codes_cpu(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                             int64_t bits, const std::optional<at::Tensor>& mask,
                             const std::optional<at::Tensor>& document) {
  check_centred_codes(x, signs, hashes, bits, mask, document);
  const bool wide = x.scalar_type() == at::kDouble;
  const cpu::ValidRows valid(mask, x.size(0), x.size(2));
  const std::vector<cpu::Segment> segments =
      cpu::find_segments("centred_codes", valid, valid, x.size(0), document);
  const at::Tensor centred =
      cpu::new_rows(x.sizes(), x.options().dtype(wide ? at::kDouble : at::kFloat), mask);
  const cpu::RowReader reader(x);
  const cpu::RowWriter writer(centred);
  const int64_t heads = x.size(1);
  at::parallel_for(
      0, static_cast<int64_t>(segments.size()) * heads, 1, [&](int64_t begin, int64_t end) {
        for (int64_t unit = begin; unit < end; ++unit)
          (wide ? centre<double> : centre<float>)(reader, writer, segments[unit / heads],
                                                  unit % heads);
      });
  return hadamard_codes(centred, signs, hashes, bits, mask);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, CPU, library) { library.impl("centred_codes", centred_codes_cpu); }

}  // namespace yoso::ops
