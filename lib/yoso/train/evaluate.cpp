#include "yoso/train/evaluate.h"

#include <ATen/core/grad_mode.h>

#include <cmath>
#include <numeric>

#include "yoso/report/progress.h"
#include "yoso/train/loss_sums.h"
#include "yoso/train/precision.h"
#include "yoso/util/stop_signal.h"

namespace yoso::train {

std::optional<Evaluation> evaluate(torch::nn::Module& model, const tasks::Task& task,
                                   const EvaluationOptions& options, Log& log) {
  const at::NoGradGuard no_grad;
  model.eval();
  const int64_t size = task.size(options.split);
  report::Progress progress(log, {.what = options.what, .total = size, .unit = "rows"});
  const auto metric = task.metric();
  LossSums loss;
  for (int64_t begin = 0; begin < size; begin += options.batch_size) {
    if (stop_requested() != 0) return {};
    std::vector<int64_t> rows(std::min(options.batch_size, size - begin));
    std::iota(rows.begin(), rows.end(), begin);
    const data::Batch batch =
        task.batch(options.split, rows, /*epoch=*/0, /*first_row=*/0).to(options.device);
    const AutocastGuard autocast(options.precision, options.device.type());
    const tasks::Output output = task.forward(model, batch, /*draw=*/nullptr);
    metric->add(output, batch);
    loss += {output.loss_sum.item<double>(), batch.weight,
             output.auxiliary_loss_sum.defined() ? output.auxiliary_loss_sum.item<double>() : 0,
             batch.auxiliary_weight};
    progress.update(begin + static_cast<int64_t>(rows.size()));
  }
  return Evaluation{loss.weight > 0 ? loss.mean() : std::nan(""), metric->result(), size};
}

}  // namespace yoso::train
