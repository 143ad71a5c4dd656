#include "benchmark/train_step/eager_model.h"

#include <ATen/ATen.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/optim/adamw.h>

#include <algorithm>
#include <cmath>

#include "yoso/config/read.h"
#include "yoso/runtime/precision.h"

namespace yoso::bench {
namespace {

using torch::nn::Dropout;
using torch::nn::Embedding;
using torch::nn::LayerNorm;
using torch::nn::LayerNormOptions;
using torch::nn::Linear;

constexpr int64_t kDim = 64, kHeads = 2, kFeedForwardDim = 128, kLayers = 2;
constexpr double kDropout = 0.1;

struct AttentionImpl : torch::nn::Module {
  explicit AttentionImpl(bool fused) : fused(fused) {
    for (auto* linear : {&query, &key, &value, &output}) *linear = Linear(kDim, kDim);
    register_module("query", query);
    register_module("key", key);
    register_module("value", value);
    register_module("output", output);
    dropout = register_module("dropout", Dropout(kDropout));
  }

  at::Tensor split(const at::Tensor& x) {
    return x.reshape({x.size(0), x.size(1), kHeads, kDim / kHeads}).transpose(1, 2);
  }

  at::Tensor merge(const at::Tensor& context) {
    return output(context.transpose(1, 2).reshape({context.size(0), context.size(2), kDim}));
  }

  at::Tensor forward(const at::Tensor& x, const at::Tensor& mask) {
    const at::Tensor q = split(query(x)), k = split(key(x)), v = split(value(x));
    if (fused) return merge(at::scaled_dot_product_attention(q, k, v));
    at::Tensor scores = at::matmul(q, k.transpose(-2, -1));
    scores = scores / std::sqrt(static_cast<double>(kDim / kHeads));
    scores = scores - 1e6 * (1 - mask.unsqueeze(1).unsqueeze(1));
    const at::Tensor weights = dropout(at::softmax(scores, -1));
    return merge(at::matmul(weights, v));
  }

  Linear query{nullptr}, key{nullptr}, value{nullptr}, output{nullptr};
  Dropout dropout{nullptr};
  bool fused;
};
TORCH_MODULE(Attention);

struct BlockImpl : torch::nn::Module {
  explicit BlockImpl(bool fused) {
    attention_norm = register_module("attention_norm", LayerNorm(LayerNormOptions({kDim})));
    attention = register_module("attention", Attention(fused));
    dropout = register_module("dropout", Dropout(kDropout));
    norm = register_module("norm", LayerNorm(LayerNormOptions({kDim})));
    mlp = register_module(
        "mlp",
        torch::nn::Sequential(Linear(kDim, kFeedForwardDim), torch::nn::GELU(), Dropout(kDropout),
                              Linear(kFeedForwardDim, kDim), Dropout(kDropout)));
  }

  at::Tensor forward(at::Tensor x, const at::Tensor& mask) {
    x = x + dropout(attention(attention_norm(x), mask));
    return x + mlp->forward(norm(x));
  }

  LayerNorm attention_norm{nullptr}, norm{nullptr};
  Attention attention{nullptr};
  Dropout dropout{nullptr};
  torch::nn::Sequential mlp{nullptr};
};
TORCH_MODULE(Block);

struct ModelImpl : torch::nn::Module {
  ModelImpl(int64_t length, bool fused) {
    words = register_module("words", Embedding(kTextVocabulary, kDim));
    positions = register_module("positions", Embedding(length, kDim));
    dropout = register_module("dropout", Dropout(kDropout));
    blocks = register_module("blocks", torch::nn::ModuleList());
    for (int64_t i = 0; i < kLayers; ++i) blocks->push_back(Block(fused));
    norm = register_module("norm", LayerNorm(LayerNormOptions({kDim})));
    head = register_module("head",
                           torch::nn::Sequential(Linear(kDim, kFeedForwardDim), torch::nn::ReLU(),
                                                 Linear(kFeedForwardDim, kTextClasses)));
    at::NoGradGuard no_grad;
    for (auto* table : {&words, &positions}) (*table)->weight.normal_(0, 0.02);
  }

  at::Tensor forward(const at::Tensor& ids, const at::Tensor& mask) {
    at::Tensor x = words(ids) + positions(at::arange(ids.size(1))).unsqueeze(0);
    x = dropout(x);
    for (const auto& block : *blocks) x = block->as<BlockImpl>()->forward(x, mask);
    x = norm(x) * mask.unsqueeze(-1);
    return head->forward(x.sum(1) / mask.sum(1, true));
  }

  Embedding words{nullptr}, positions{nullptr};
  Dropout dropout{nullptr};
  torch::nn::ModuleList blocks{nullptr};
  LayerNorm norm{nullptr};
  torch::nn::Sequential head{nullptr};
};
TORCH_MODULE(Model);

}  // namespace

struct EagerStep::State {
  config::Precision precision;
  int64_t micro_rows;
  at::Tensor ids, labels;
  Model model;
  torch::optim::AdamW optimizer;
};

EagerStep::EagerStep(const StepShape& shape, const std::string& precision, bool fused,
                     int64_t micro_rows) {
  Model model(shape.length, fused);
  torch::optim::AdamW optimizer(model->parameters(),
                                torch::optim::AdamWOptions(1e-4).eps(1e-6).weight_decay(0));
  state_ = std::make_unique<State>(
      State{config::read_choice<config::Precision>(precision, "--precision"), micro_rows,
            at::randint(1, 257, {shape.rows, shape.length}),
            at::randint(kTextClasses, {shape.rows}), model, std::move(optimizer)});
}

EagerStep::~EagerStep() = default;

void EagerStep::run() {
  State& state = *state_;
  state.model->train();
  state.optimizer.zero_grad();
  const int64_t rows = state.ids.size(0);
  for (int64_t first = 0; first < rows; first += state.micro_rows) {
    const int64_t count = std::min(state.micro_rows, rows - first);
    const at::Tensor ids = state.ids.narrow(0, first, count);
    at::Tensor logits;
    {
      const runtime::AutocastGuard autocast(state.precision, at::kCPU);
      logits = state.model(ids, ids.ne(0).to(at::kFloat));
    }
    const auto sum = torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kSum);
    const at::Tensor loss = torch::nn::functional::cross_entropy(
        logits.to(at::kFloat), state.labels.narrow(0, first, count), sum);
    (loss / rows).backward();
  }
  state.optimizer.step();
}

}  // namespace yoso::bench
