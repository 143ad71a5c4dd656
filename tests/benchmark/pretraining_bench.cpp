// pretraining_bench: training steps of a masked language model on random text, as the trainer makes
// them (forward, backward, clipping, AdamW). pretraining_compare.py sets them beside others'.
#include <ATen/ops/arange.h>
#include <ATen/ops/index_select.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "benchmark/support/op_profile.h"
#include "support/memory_corpus.h"
#include "yoso/config/read.h"
#include "yoso/runtime/device.h"
#include "yoso/runtime/large_blocks.h"
#include "yoso/tasks/masked_language/task.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/inherit.h"
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

  tasks::Output forward(torch::nn::Module& model, const batching::Batch& batch,
                        const nn::HashSeed* hash_seed) const override {
    auto& language_model = dynamic_cast<nn::MaskedLanguageModelImpl&>(model);
    nn::MaskedInputs inputs{.input_ids = batch.input_ids,
                            .token_types = batch.token_types,
                            .mask = batch.mask,
                            .masked = at::arange(batch.input_ids.numel(), at::kLong),
                            .hash_seed = hash_seed};
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
  auto corpus = std::make_shared<testing::MemoryCorpus>();
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

struct Options {
  std::string config, precision = "float32";
  std::vector<std::string> settings;
  int64_t rows = 4, length = 512, repeats = 5;
  bool all_positions = false, profile = false;
};

config::Tree experiment_of(const Options& options) {
  std::vector<std::string> overrides = {"train.precision=" + options.precision,
                                        "model.max_length=" + std::to_string(options.length),
                                        "train.batch_tokens=auto",
                                        "train.batch_size=" + std::to_string(options.rows),
                                        "train.micro_batch=auto",
                                        "task.short_rate=0",
                                        "corpus.tokenizer=bert:vocab.txt",
                                        "corpus.shards=none"};
  overrides.insert(overrides.end(), options.settings.begin(), options.settings.end());
  return config::load(options.config, overrides);
}

void run(const Options& options) {
  const tasks::ResolvedExperiment resolved = train::resolve_experiment(experiment_of(options));
  runtime::set_threads(resolved.experiment.run.threads);
  const auto task_options = tasks::MaskedLanguageOptions::of(resolved.experiment.task);
  const int64_t vocab_size = task_options.has_pairs() ? 30'000 : 50'265;
  auto text = random_text(vocab_size, 2 * options.rows * options.length);
  std::unique_ptr<MaskedLanguageTask> task;
  if (options.all_positions) {
    task = std::make_unique<AllPositions>(std::move(text), task_options, options.length, 1);
  } else {
    task = std::make_unique<MaskedLanguageTask>(std::move(text), task_options, options.length, 1);
  }
  const auto model = tasks::make_model(resolved, *task, c10::Device("cpu"));
  train::Optimizer optimizer(*model, resolved.experiment.train);
  const batching::DataOrder order(1, options.rows, options.rows);
  const train::StepBatches batches = train::load_step(*task, order, 0, options.rows);
  int64_t made = 0;
  const auto step = [&] {
    train::training_step(*model, *task, batches, optimizer, 1e-4, ++made, resolved.experiment,
                         c10::Device("cpu"));
  };
  std::vector<double> seconds;
  step();
  for (int64_t i = 0; i < options.repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    step();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    seconds.push_back(taken.count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + seconds.size() / 2, seconds.end());
  std::printf("%lld tokens a step, %lld masked: %.0f tokens/s, peak %.2f GiB\n",
              static_cast<long long>(batches.tokens()),
              static_cast<long long>(batches.micro.front().weight),
              static_cast<double>(batches.tokens()) / seconds[seconds.size() / 2],
              static_cast<double>(peak_resident_bytes()) / (1 << 30));
  if (options.profile) std::fputs(bench::profile_operations(step).text().c_str(), stdout);
}

}  // namespace
}  // namespace yoso

int main(int argc, char** argv) {
  yoso::Options options;
  CLI::App app("Steps of pretraining on random text: the median rate.", "pretraining_bench");
  app.add_option("config", options.config,
                 "experiment of configs/pretrain; its corpus, batch and length are replaced")
      ->required();
  app.add_option("--rows", options.rows, "sequences a step")->capture_default_str();
  app.add_option("--length", options.length, "tokens of a sequence")->capture_default_str();
  app.add_option("--precision", options.precision)
      ->check(CLI::IsMember({"float32", "bfloat16"}))
      ->capture_default_str();
  app.add_option("--repeats", options.repeats, "steps that are timed, after a first one")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--all-positions", options.all_positions,
               "project every position to the vocabulary, not the masked ones alone");
  app.add_flag("--profile", options.profile, "also show the time of each tensor operation");
  app.add_option("--set", options.settings, "a.b=value: replace a key of CONFIG (repeatable)")
      ->allow_extra_args(false);
  CLI11_PARSE(app, argc, argv);
  yoso::runtime::keep_large_blocks();  // as the programs do
  yoso::run(options);
}
