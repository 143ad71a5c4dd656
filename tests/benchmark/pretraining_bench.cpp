// Times training steps of a masked language model on random text, as the trainer makes them
// (forward, backward, clipping, AdamW). Prints the median rate in tokens a second.
//   pretraining_bench CONFIG ROWS LENGTH PRECISION REPEATS [all] [KEY=VALUE...]
// CONFIG is an experiment of configs/pretrain, of which corpus, batch and length are replaced.
// With `all`, every position goes through the vocabulary projection, not the masked ones alone.
#include <ATen/ops/arange.h>
#include <ATen/ops/index_select.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

#include "yoso/config/read.h"
#include "yoso/tasks/masked_language/task.h"
#include "yoso/train/device.h"
#include "yoso/train/setup.h"
#include "yoso/train/step.h"
#include "yoso/util/random.h"
#include "yoso/util/resources.h"

namespace yoso {
namespace {

using tasks::MaskedLanguageTask;

/// The same task with logits for all positions.
class AllPositions : public MaskedLanguageTask {
 public:
  using MaskedLanguageTask::MaskedLanguageTask;

  tasks::Output forward(torch::nn::Module& model, const data::Batch& batch,
                        const nn::HashDraw* draw) const override {
    auto& language_model = dynamic_cast<nn::MaskedLanguageModelImpl&>(model);
    nn::MaskedInputs inputs{.input_ids = batch.input_ids,
                            .token_types = batch.token_types,
                            .mask = batch.mask,
                            .masked = at::arange(batch.input_ids.numel(), at::kLong),
                            .draw = draw};
    nn::MaskedOutputs outputs = language_model.forward(inputs);
    outputs.token_logits = at::index_select(outputs.token_logits, 0, batch.masked);
    return loss(outputs, batch);
  }
};

/// Text that fills the rows of one batch.
tasks::MaskedLanguageData random_text(int64_t vocab_size, int64_t tokens) {
  tasks::MaskedLanguageData data;
  data.vocabulary = {.size = vocab_size,
                     .first = 2,
                     .separator = 3,
                     .mask = 4,
                     .pad = 0,
                     .continues_word = {},
                     .fingerprint = "random"};
  auto corpus = std::make_shared<data::pretraining::MemoryCorpus>();
  RandomStream random(1, "text");
  std::vector<std::vector<int32_t>> sentences(static_cast<size_t>(tokens / 16));
  for (auto& sentence : sentences) {
    for (int i = 0; i < 16; ++i) {
      sentence.push_back(
          static_cast<int32_t>(5 + random.below(static_cast<uint64_t>(vocab_size - 5))));
    }
  }
  corpus->add_document(sentences);
  data.corpora[0] = corpus;
  return data;
}

int run(const std::vector<std::string>& words) {
  const int64_t rows = std::stoll(words[1]), length = std::stoll(words[2]);
  std::vector<std::string> overrides = {
      "train.precision=" + words[3],     "model.max_length=" + words[2],
      "train.batch_tokens=auto",         "train.batch_size=" + words[1],
      "train.micro_batch=auto",          "task.short_rate=0",
      "corpus.tokenizer=bert:vocab.txt", "corpus.shards=none"};
  const bool all = words.size() > 5 && words[5] == "all";
  overrides.insert(overrides.end(), words.begin() + (all ? 6 : 5), words.end());
  const train::Setup setup = train::resolve_setup(config::load(words[0], overrides));
  train::set_threads(setup.experiment.run.threads);
  const auto options = tasks::MaskedLanguageOptions::of(setup.experiment.task);
  const int64_t vocab_size = options.has_pairs() ? 30'000 : 50'265;
  auto text = random_text(vocab_size, 2 * rows * length);
  std::unique_ptr<MaskedLanguageTask> task;
  if (all) {
    task = std::make_unique<AllPositions>(std::move(text), options, length, 1);
  } else {
    task = std::make_unique<MaskedLanguageTask>(std::move(text), options, length, 1);
  }
  const auto model = train::make_model(setup, *task, c10::Device("cpu"));
  train::Optimizer optimizer(*model, setup.experiment.train);
  std::vector<int64_t> indices(static_cast<size_t>(rows));
  std::iota(indices.begin(), indices.end(), 0);
  const train::StepBatches batches = train::load_step(*task, indices, 0, rows);
  std::vector<double> seconds;
  for (int64_t step = 0; step <= std::stoll(words[4]); ++step) {
    const auto start = std::chrono::steady_clock::now();
    train::training_step(*model, *task, batches, optimizer, 1e-4, step + 1, setup.experiment,
                         c10::Device("cpu"));
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    if (step > 0) seconds.push_back(taken.count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + seconds.size() / 2, seconds.end());
  std::printf("%lld tokens a step, %lld masked: %.0f tokens/s, peak %.2f GiB\n",
              static_cast<long long>(batches.tokens()),
              static_cast<long long>(batches.micro.front().weight),
              static_cast<double>(batches.tokens()) / seconds[seconds.size() / 2],
              static_cast<double>(peak_resident_bytes()) / (1 << 30));
  return 0;
}

}  // namespace
}  // namespace yoso

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr,
                 "usage: pretraining_bench CONFIG ROWS LENGTH PRECISION REPEATS [all] "
                 "[KEY=VALUE...]\n");
    return 2;
  }
  return yoso::run({argv + 1, argv + argc});
}
