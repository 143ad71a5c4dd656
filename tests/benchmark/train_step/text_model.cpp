#include "benchmark/train_step/text_model.h"

#include <numeric>
#include <vector>

#include "yoso/config/read.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/tasks/classification.h"
#include "yoso/train/optimizer.h"
#include "yoso/train/step.h"
#include "yoso/util/random.h"

namespace yoso::bench {
namespace {

data::ByteDataset random_bytes(const StepShape& shape, data::Split split) {
  data::ByteDataset sequences;
  RandomStream random(1, "random bytes", static_cast<uint64_t>(split));
  std::vector<data::ByteDataset::Token> tokens(static_cast<size_t>(shape.length));
  for (int64_t row = 0; row < shape.rows; ++row) {
    for (auto& token : tokens) token = static_cast<data::ByteDataset::Token>(1 + random.below(256));
    sequences.add(tokens, static_cast<int64_t>(random.below(kTextClasses)));
  }
  return sequences;
}

std::vector<int64_t> all_rows(const StepShape& shape) {
  std::vector<int64_t> rows(static_cast<size_t>(shape.rows));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

}  // namespace

config::Experiment text_experiment(const StepShape& shape, const std::string& attention,
                                   const std::string& precision) {
  const std::string yaml =
      "model: {layers: 2, dim: 64, heads: 2, ffn_dim: 128, dropout: 0.1, vocab_size: " +
      std::to_string(kTextVocabulary) + ", max_length: " + std::to_string(shape.length) +
      "}\n"
      "attention: " +
      attention +
      "\n"
      "train: {lr: 1e-4, eps: 1e-6, batch_size: " +
      std::to_string(shape.rows) + ", precision: " + precision + "}\n";
  config::Experiment experiment;
  config::read(config::parse(yaml, "train_step_bench"), experiment);
  return experiment;
}

std::unique_ptr<tasks::Task> random_bytes_task(const StepShape& shape) {
  return std::make_unique<tasks::ClassificationTask>(tasks::ClassificationData{
      .classes = kTextClasses,
      .vocab_size = kTextVocabulary,
      .vocabulary = "random bytes",
      .load = [shape](data::Split split) { return random_bytes(shape, split); }});
}

struct OurStep::State {
  config::Experiment experiment;
  std::unique_ptr<tasks::Task> task;
  std::shared_ptr<torch::nn::Module> model;
  train::Optimizer optimizer;
  train::StepBatches batches;
  int64_t step = 0;
};

OurStep::OurStep(const StepShape& shape, const std::string& attention,
                 const std::string& precision) {
  const config::Experiment experiment = text_experiment(shape, attention, precision);
  const auto seed = static_cast<uint64_t>(experiment.run.seed);
  auto task = random_bytes_task(shape);
  const auto layers = nn::resolve_attention(experiment.attention, experiment.model.layers,
                                            nn::attention_shape(experiment.model, seed));
  auto model = task->make_model(experiment.model, layers, seed);
  train::Optimizer optimizer(*model, experiment.train);
  auto batches = train::load_step(*task, all_rows(shape), 0, shape.rows);
  state_ = std::make_unique<State>(State{experiment, std::move(task), std::move(model),
                                         std::move(optimizer), std::move(batches)});
}

OurStep::~OurStep() = default;

void OurStep::run() {
  train::training_step(*state_->model, *state_->task, state_->batches, state_->optimizer,
                       state_->experiment.train.lr, ++state_->step, state_->experiment,
                       at::Device(at::kCPU));
}

}  // namespace yoso::bench
