#include "yoso/commands/prediction.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <numeric>
#include <span>

#include "yoso/report/progress.h"
#include "yoso/runtime/precision.h"
#include "yoso/util/stop_signal.h"

namespace yoso::commands {

std::optional<at::Tensor> predict(torch::nn::Module& model, const tasks::TextTask& task,
                                  const data::TokenDataset& rows, const PredictionPass& pass,
                                  Log& log) {
  const at::NoGradGuard no_grad;
  model.eval();
  const std::vector<int32_t> lengths = rows.lengths();
  std::vector<int64_t> order(lengths.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return lengths[a] < lengths[b]; });
  const int64_t size = rows.size();
  report::Progress progress(log, {.what = pass.what, .total = size, .unit = "examples"});
  at::Tensor logits;
  for (int64_t begin = 0; begin < size; begin += pass.batch_size) {
    if (stop_requested() != 0) return {};
    const auto some = std::span(order).subspan(begin, std::min(pass.batch_size, size - begin));
    const batching::Batch batch = task.batch_of(rows, some, /*first_row=*/0).to(pass.device);
    const runtime::AutocastGuard autocast(pass.precision, pass.device.type());
    const at::Tensor found =
        task.forward(model, batch, /*hash_seed=*/nullptr).logits.to(at::kCPU, at::kDouble);
    if (!logits.defined()) logits = at::empty({size, found.size(1)}, at::kDouble);
    logits.index_copy_(0, at::tensor(at::IntArrayRef(some.data(), some.size()), at::kLong), found);
    progress.update(begin + static_cast<int64_t>(some.size()));
  }
  return logits;
}

}  // namespace yoso::commands
