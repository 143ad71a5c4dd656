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
  cpu::HeadRows<T> rows(segment, head, cpu::kQuery, x.width(), 0);
  if (rows.count() == 0) return;
  rows.read_x(x, 0, rows.count());
  std::vector<T> mean(rows.x_width, T(0));
  for (int64_t r = 0; r < rows.count(); ++r)
    for (int64_t d = 0; d < rows.x_width; ++d) mean[d] += rows.row(r)[d];
  for (T& element : mean) element /= static_cast<T>(rows.count());
  for (int64_t r = 0; r < rows.count(); ++r)
    for (int64_t d = 0; d < rows.x_width; ++d) rows.row(r)[d] -= mean[d];
  centred.write(rows.range(0, rows.count(), rows.x_width), rows.row(0), rows.stride(), T(1));
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
