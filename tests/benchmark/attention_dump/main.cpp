// attention_dump: queries, keys and values that the attentions of a trained model see on real data,
// for attention_bench --trained.
#include <ATen/ATen.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "yoso/nn/multi_head_attention.h"
#include "yoso/serialization/safetensors.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/find_checkpoint.h"
#include "yoso/train/restore.h"
#include "yoso/util/error.h"

namespace {

using namespace yoso;

/// Keeps what the attention that it stands for is given.
class Recorder : public nn::AttentionImpl {
 public:
  explicit Recorder(std::shared_ptr<nn::AttentionImpl> inner) : inner_(std::move(inner)) {}
  at::Tensor forward(const nn::AttentionInputs& inputs) override {
    seen = inputs;
    return inner_->forward(inputs);
  }
  nn::AttentionInputs seen;

 private:
  std::shared_ptr<nn::AttentionImpl> inner_;
};

/// Puts a recorder in front of every attention of a model, in the order of its layers.
std::vector<std::shared_ptr<Recorder>> record(torch::nn::Module& model) {
  std::vector<std::shared_ptr<Recorder>> recorders;
  model.apply([&](torch::nn::Module& module) {
    auto* attention = module.as<nn::MultiHeadAttentionImpl>();
    if (attention == nullptr) return;
    recorders.push_back(std::make_shared<Recorder>(attention->core));
    attention->core = recorders.back();
  });
  return recorders;
}

/// The longest rows of a split, all cut to the shortest of them: no padding.
batching::Batch longest_rows(const tasks::Task& task, int64_t count) {
  const int64_t size = task.size(data::Split::dev);
  std::vector<std::pair<int64_t, int64_t>> lengths;  // tokens, row
  for (int64_t row = 0; row < size; ++row)
    lengths.emplace_back(task.batch(data::Split::dev, {&row, 1}, 0, 0).tokens, row);
  count = std::min(count, size);
  std::partial_sort(lengths.begin(), lengths.begin() + count, lengths.end(), std::greater<>());
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < count; ++i) rows.push_back(lengths[i].second);
  batching::Batch batch = task.batch(data::Split::dev, rows, 0, 0);
  batch.input_ids = batch.input_ids.narrow(1, 0, lengths[count - 1].first);
  batch.mask = at::Tensor();
  return batch;
}

void dump(const std::string& run, const std::string& output, int64_t rows) {
  const std::string folder = train::find_checkpoint(run);
  train::verify_checkpoint(folder);
  const tasks::ResolvedExperiment resolved = tasks::resolve(train::read_config(folder));
  Log log;
  const auto task = tasks::open_task(resolved, log);
  const auto model = tasks::make_model(resolved, *task, at::kCPU);
  train::load_model(folder, *model);
  model->eval();
  const auto recorders = record(*model);
  const at::NoGradGuard no_grad;
  task->forward(*model, longest_rows(*task, rows), nullptr);

  serialization::NamedTensors tensors;
  for (size_t layer = 0; layer < recorders.size(); ++layer) {
    const std::string prefix = "layer." + std::to_string(layer) + ".";
    const nn::AttentionInputs& seen = recorders[layer]->seen;
    tensors.emplace_back(prefix + "query", seen.query.contiguous());
    tensors.emplace_back(prefix + "key", seen.key.contiguous());
    tensors.emplace_back(prefix + "value", seen.value.contiguous());
  }
  serialization::write_safetensors(output, tensors, {{"checkpoint", folder}});
  std::cout << output << ": " << recorders.size() << " layers of "
            << recorders.front()->seen.query.sizes() << " from " << folder << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  std::string run, output;
  int64_t rows = 4;
  CLI::App app("Queries, keys and values of a trained model, for attention_bench --trained.",
               "attention_dump");
  app.add_option("run", run, "run folder or checkpoint")->required()->type_name("RUN");
  app.add_option("--output", output, "safetensors file")->required()->type_name("FILE");
  app.add_option("--rows", rows, "sequences: the longest of the dev split, cut to equal length")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    dump(run, output, rows);
    return 0;
  } catch (const Error& error) {
    std::cerr << "error: " << error.what() << "\n";
    return static_cast<int>(error.code());
  }
}
