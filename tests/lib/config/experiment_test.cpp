#include "yoso/config/experiment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/user_error.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"

namespace yoso::config {
namespace {

using testing::error_text;

std::vector<FieldDoc> all_fields() {
  Experiment experiment;
  return document_fields([&](FieldVisitor& visitor) { experiment.fields(visitor); });
}

Experiment experiment_of(const std::string& text) {
  Experiment experiment;
  read(parse(text, "f.yaml"), experiment);
  return experiment;
}

std::string broken_rules(const std::string& text) {
  const Tree tree = parse(text, "f.yaml");
  Experiment experiment;
  read(tree, experiment);
  return error_text([&] { validate(experiment, tree); });
}

TEST(ExperimentFields, DefaultsObeyTheirOwnRules) {
  Experiment experiment;
  read(write(Experiment{}), experiment);
  EXPECT_NO_THROW(validate(experiment));
}

TEST(ExperimentFields, EveryFieldIsExplainedOnOneLine) {
  for (const FieldDoc& field : all_fields()) {
    EXPECT_GE(field.help.size(), 8u) << field.key;
    EXPECT_EQ(field.help.find('\n'), std::string::npos) << field.key;
  }
}

TEST(ExperimentFields, AFullDumpReadsBackEqual) {
  const Experiment experiment = experiment_of(
      "model: {layers: 3, vocab_size: 17, norm: post, dropout: 0.3333333333333333, shared_weight: "
      "true, init_from: 'runs/a b'}\n"
      "attention: {kind: yoso, hashes: 16}\ntask: {name: listops, files: [a, b]}\n"
      "train: {duration: 2.5 epochs, warmup: 0.1 epochs, micro_batch: 8, lr: 3e-5, schedule: "
      "cosine, select: accuracy}\n"
      "run: {output: '123', device: 'cuda:1', tensorboard: false}\n");
  const std::string dump = to_yaml(write(experiment));
  const Experiment again = experiment_of(dump);
  EXPECT_EQ(to_yaml(write(again)), dump);
  EXPECT_EQ(again.run.output, "123");
  EXPECT_EQ(again.train.duration, (Duration{2.5, Duration::Unit::epochs}));
  EXPECT_EQ(again.model.vocab_size, 17);
  EXPECT_EQ(again.train.micro_batch, 8);
  EXPECT_EQ(again.model.dropout, experiment.model.dropout);
  EXPECT_EQ(again.attention, experiment.attention);
}

TEST(ExperimentFields, AMinimalDumpReadsBackEqual) {
  const Experiment experiment = experiment_of(
      "model: {dim: 128}\nattention: {kind: yoso}\ntask: {name: listops}\ntrain: {lr: 3e-5}\n");
  const Tree few = minimal(write(experiment), write(Experiment{}));
  EXPECT_EQ(to_yaml(few),
            "model:\n  dim: 128\nattention:\n  kind: yoso\ntask:\n  name: listops\ntrain:\n  lr: "
            "3.0e-05\n");
  EXPECT_EQ(write(experiment_of(to_yaml(few))), write(experiment));
}

// Each value that a field must refuse, beside one that it takes.
TEST(ExperimentFields, RefuseValuesOutOfRange) {
  const struct {
    const char *section, *key, *good, *bad;
  } cases[] = {
      {"model", "layers", "1", "0"},
      {"model", "dim", "8", "-1"},
      {"model", "heads", "1", "0"},
      {"model", "ffn_dim", "1", "0"},
      {"model", "max_length", "1", "0"},
      {"model", "vocab_size", "auto", "0"},
      {"model", "classifier_dim", "1", "0"},
      {"model", "norm", "post", "none"},
      {"model", "activation", "relu", "elu"},
      {"model", "positions", "none", "relative"},
      {"model", "pooling", "first", "max"},
      {"model", "dropout", "0.99", "1"},
      {"model", "attention_dropout", "0", "-0.1"},
      {"model", "layer_norm_eps", "1e-12", "0"},
      {"model", "init_std", "0.5", "0"},
      {"model", "shared_weight", "true", "2"},
      {"train", "batch_size", "1", "0"},
      {"train", "micro_batch", "1", "0"},
      {"train", "eval_batch", "auto", "-1"},
      {"train", "lr", "1", "0"},
      {"train", "min_lr", "0", "-1"},
      {"train", "schedule", "inverse_sqrt", "step"},
      {"train", "warmup", "0", "-1"},
      {"train", "weight_decay", "0", "-1"},
      {"train", "beta1", "0", "1"},
      {"train", "beta2", "0.999", "1"},
      {"train", "eps", "1e-6", "0"},
      {"train", "clip_norm", "0", "-1"},
      {"train", "precision", "bfloat16", "bf16"},
      {"train", "keep_last", "1", "0"},
      {"train", "patience", "0", "-1"},
      {"train", "min_delta", "0", "-1"},
      {"run", "seed", "0", "-1"},
      {"run", "threads", "0", "-1"},
      {"run", "log_every", "1", "0"},
      {"run", "tensorboard", "false", "off"},
  };
  for (const auto& [section, key, good, bad] : cases) {
    const auto text = [&, section = section, key = key](const char* value) {
      return std::string(section) + ":\n  " + key + ": " + value + "\n";
    };
    SCOPED_TRACE(text(bad));
    EXPECT_NO_THROW(experiment_of(text(good)));
    const std::string message = error_text([&, bad = bad] { experiment_of(text(bad)); });
    EXPECT_EQ(message.find("f.yaml:2: " + std::string(section) + "." + key + ": expected "), 0u)
        << message;
  }
}

TEST(Validate, FindsEveryBrokenRuleWithItsLine) {
  EXPECT_EQ(broken_rules("model:\n"
                         "  dim: 65\n"
                         "  heads: 2\n"
                         "train:\n"
                         "  duration: 0\n"
                         "  eval_every: 0 epochs\n"
                         "  save_every: 0\n"
                         "  warmup: 10\n"
                         "  batch_size: 32\n"
                         "  micro_batch: 5\n"
                         "  lr: 0.001\n"
                         "  min_lr: 0.01\n"
                         "run:\n"
                         "  device: gpu\n"),
            "f.yaml:2: model.dim: 65 is not a multiple of the 2 heads\n"
            "f.yaml:5: train.duration: expected more than 0 steps\n"
            "f.yaml:6: train.eval_every: expected more than 0 epochs\n"
            "f.yaml:7: train.save_every: expected more than 0 steps\n"
            "f.yaml:8: train.warmup: 10 steps exceed the duration of 0 steps\n"
            "f.yaml:10: train.micro_batch: 5 does not divide the batch_size of 32\n"
            "f.yaml:12: train.min_lr: 0.01 exceeds the lr of 0.001\n"
            "f.yaml:14: run.device: expected auto, cpu, cuda or cuda:N, not `gpu`");
}

TEST(Validate, NamesTheKeyWhereNoPlaceIsKnown) {
  Experiment experiment;
  experiment.model.heads = 3;
  EXPECT_EQ(error_text([&] { validate(experiment); }),
            "model.dim: 64 is not a multiple of the 3 heads");
}

TEST(Validate, ComparesWarmupAndDurationInTheSameUnitOnly) {
  EXPECT_NO_THROW(validate(experiment_of("train: {duration: 2 epochs, warmup: 1000 steps}")));
  EXPECT_NO_THROW(validate(experiment_of("train: {duration: 2 epochs, warmup: 2 epochs}")));
  EXPECT_EQ(broken_rules("train: {duration: 2 epochs, warmup: 2.5 epochs}"),
            "f.yaml:1: train.warmup: 2.5 epochs exceed the duration of 2 epochs");
}

TEST(Validate, WarmupRunsOnTheClockOfTheDuration) {
  EXPECT_NO_THROW(validate(experiment_of("train: {duration: 1e6 tokens, warmup: 1e5 tokens}")));
  EXPECT_NO_THROW(validate(experiment_of("train: {duration: 2 hours}")));
  EXPECT_EQ(broken_rules("train: {duration: 1e6 tokens, warmup: 10 steps}"),
            "f.yaml:1: train.warmup: 10 steps cannot be compared with the duration of 1000000 "
            "tokens; give both in the same unit");
}

TEST(ResolveBatch, HoldsRowsOfTheLongestLength) {
  const auto resolved = [](const std::string& text) {
    const Tree tree = parse(text, "f.yaml");
    Experiment experiment;
    read(tree, experiment);
    resolve_batch(experiment, tree);
    return experiment.train.batch_size;
  };
  EXPECT_EQ(resolved("train: {batch_size: 5}"), 5);
  EXPECT_EQ(resolved("{model: {max_length: 128}, train: {batch_tokens: 4096}}"), 32);
  EXPECT_EQ(resolved("{model: {max_length: 128}, train: {batch_tokens: 4095}}"), 31);
  EXPECT_EQ(resolved("{model: {max_length: 128}, train: {batch_tokens: 4096, batch_size: 32}}"),
            32);
  EXPECT_EQ(error_text([&] { resolved("{model: {max_length: 128}, train: {batch_tokens: 100}}"); }),
            "f.yaml:1: train.batch_tokens: 100 hold no row of model.max_length, 128 tokens");
  EXPECT_EQ(error_text([&] {
              resolved("{model: {max_length: 128}, train: {batch_tokens: 4096, batch_size: 8}}");
            }),
            "f.yaml:1: train.batch_tokens: 4096 are 32 rows of 128 tokens, but batch_size is 8; "
            "give one of them");
}

TEST(Validate, KnowsDevices) {
  Experiment experiment;
  for (const char* good : {"auto", "cpu", "cuda", "cuda:0", "cuda:15"}) {
    experiment.run.device = good;
    EXPECT_NO_THROW(validate(experiment)) << good;
  }
  for (const char* bad : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cpu:0", "CPU", "cuda:9999"}) {
    experiment.run.device = bad;
    EXPECT_EQ(error_text([&] { validate(experiment); }),
              "run.device: expected auto, cpu, cuda or cuda:N, not `" + std::string(bad) + "`");
  }
}

TEST(RefusedOnResume, OnlyDurationsLoggingEvaluationAndOutputMayDiffer) {
  std::vector<std::string> free;
  for (const FieldDoc& field : all_fields()) {
    if (field.on_resume == OnResume::free) free.push_back(field.key);
  }
  EXPECT_EQ(free, (std::vector<std::string>{
                      "train.duration", "train.eval_batch", "train.activation_checkpointing",
                      "train.eval_every", "train.save_every", "train.keep_last", "train.patience",
                      "train.min_delta", "run.output", "run.log_every", "run.tensorboard",
                      "run.diagnostics_every", "run.diagnostics_rows"}));
}

TEST(RefusedOnResume, KeepsTheForbiddenDifferences) {
  Experiment before, after;
  before.attention = parse("{kind: yoso, hashes: 8}", "f");
  after.attention = parse("{kind: yoso, hashes: 16}", "f");
  after.train.duration = {2000};
  after.train.lr = 0.5;
  const auto refused = refused_on_resume(differences(write(before), write(after)));
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[0].key, "attention.hashes");
  EXPECT_EQ(refused[1].key, "train.lr");
  EXPECT_EQ(refused[1].before, "0.001");
  EXPECT_EQ(refused[1].after, "0.5");
}

}  // namespace
}  // namespace yoso::config
