#include "yoso/train/evaluate.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "yoso/report/progress.h"
#include "yoso/runtime/precision.h"
#include "yoso/train/train_state.h"
#include "yoso/util/stop_signal.h"

namespace yoso::train {

namespace {

std::vector<int64_t> pass_order(const tasks::Task& task, const EvaluationOptions& options) {
  std::vector<int64_t> order(task.size(options.split));
  std::iota(order.begin(), order.end(), int64_t{0});
  if (options.drop_last && static_cast<int64_t>(order.size()) > options.batch_size)
    order.resize(order.size() - order.size() % options.batch_size);
  if (!options.by_length) return order;
  const std::vector<int32_t> lengths = task.lengths(options.split);
  if (!lengths.empty()) {
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t a, int64_t b) { return lengths[a] < lengths[b]; });
  }
  return order;
}

}  // namespace

bool drops_last(const config::TrainConfig& train, data::Split split) {
  return train.drops_last_test() && split == data::Split::test;
}

std::optional<Evaluation> evaluate(torch::nn::Module& model, const tasks::Task& task,
                                   const EvaluationOptions& options, Log& log) {
  const at::NoGradGuard no_grad;
  model.eval();
  const std::vector<int64_t> order = pass_order(task, options);
  const auto size = static_cast<int64_t>(order.size());
  report::Progress progress(log, {.what = options.what, .total = size, .unit = "examples"});
  const auto metric = task.metric();
  LossSums loss;
  for (int64_t begin = 0; begin < size; begin += options.batch_size) {
    if (stop_requested() != 0) return {};
    const auto examples =
        std::span(order).subspan(begin, std::min(options.batch_size, size - begin));
    const batching::Batch batch =
        task.batch(options.split, examples, /*epoch=*/0, /*first_row=*/0).to(options.device);
    const runtime::AutocastGuard autocast(options.precision, options.device.type());
    const tasks::Output output = task.forward(model, batch, /*hash_seed=*/nullptr);
    metric->add(output, batch);
    loss += {output.loss_sum.item<double>(), batch.weight,
             output.auxiliary_loss_sum.defined() ? output.auxiliary_loss_sum.item<double>() : 0,
             batch.auxiliary_weight};
    progress.update(begin + static_cast<int64_t>(examples.size()));
  }
  Evaluation evaluation{loss.weight > 0 ? loss.mean() : std::nan(""), metric->result(), size,
                        task.positive_class()};
  const std::vector<std::string> names = task.class_names();
  const std::vector<tasks::metrics::ClassScores> classes = metric->classes();
  for (size_t k = 0; k < classes.size(); ++k)
    evaluation.classes.emplace_back(names.at(k), classes[k]);
  return evaluation;
}

}  // namespace yoso::train
