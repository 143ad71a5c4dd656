#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "support/paths.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/commands/export.h"
#include "yoso/commands/import.h"
#include "yoso/config/read.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/nn/text_classifier.h"
#include "yoso/serialization/weights.h"
#include "yoso/tasks/masked_language/task.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/find_checkpoint.h"
#include "yoso/train/inherit.h"

namespace yoso::interop {

/// A folder that transformers wrote (tests/golden/hugging_face/make.py).
inline std::string golden(const std::string& name) {
  return testing::source_dir() + "/tests/golden/hugging_face/" + name;
}

/// What transformers computes from it.
inline at::Tensor expected(const std::string& name, const std::string& key) {
  return serialization::find(
      serialization::read_safetensors(golden(name) + "/expected.safetensors"), key);
}

inline nlohmann::ordered_json read_json(const std::string& path) {
  return nlohmann::ordered_json::parse(std::ifstream(path));
}

inline void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// What commands say on stdout and stderr is not of interest.
template <class Command, class Options>
void run_quietly(Command command, Options options) {
  options.quiet = true;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  try {
    command(options);
  } catch (...) {
    ::testing::internal::GetCapturedStdout();
    ::testing::internal::GetCapturedStderr();
    throw;
  }
  ::testing::internal::GetCapturedStdout();
  ::testing::internal::GetCapturedStderr();
}

inline void import_folder(const commands::ImportOptions& options) {
  run_quietly(commands::import_command, options);
}
inline void export_folder(const commands::ExportOptions& options) {
  run_quietly(commands::export_command, options);
}

/// All outputs of a model for unpadded or masked ids.
struct Logits {
  at::Tensor logits;  // [batch, length, vocab] or [batch, classes]
  at::Tensor next;    // [batch, 2]
};

/// The model of a run folder, its weights loaded strictly, in evaluation mode.
inline Logits logits_of(const std::string& run, const at::Tensor& ids, const at::Tensor& types,
                        const at::Tensor& mask = {}) {
  const at::NoGradGuard no_grad;
  const std::string folder = train::find_checkpoint(run);
  train::verify_checkpoint(folder);
  const serialization::NamedTensors weights = train::read_model(folder);
  const config::Tree tree = config::load(run + "/config.yaml");
  config::Experiment experiment;
  config::read(tree, experiment);
  const auto layers = nn::resolve_attention(experiment.attention, experiment.model.layers,
                                            nn::attention_shape(experiment.model, 1));
  if (const at::Tensor head = serialization::find(weights, "classifier.weight"); head.defined()) {
    nn::TextClassifier model(experiment.model, layers, *experiment.model.vocab_size,
                             nn::TextClassifierOptions{.outputs = head.size(0)}, 1);
    serialization::load_weights(weights, *model, folder, serialization::Fit::exact, nn::is_drawn);
    model->eval();
    return {model->forward(ids, types, mask), {}};
  }
  const tasks::ResolvedExperiment resolved = train::resolve_experiment(tree);
  const auto model = tasks::make_masked_language_model(
      tasks::MaskedLanguageOptions::of(resolved.experiment.task), resolved.experiment.model,
      resolved.attention, serialization::find(weights, "embeddings.word_embeddings.weight").size(0),
      1);
  serialization::load_weights(weights, *model, folder, serialization::Fit::exact, nn::is_drawn);
  model->eval();
  const auto outputs = model->forward({.input_ids = ids,
                                       .token_types = types,
                                       .mask = mask,
                                       .masked = at::arange(ids.numel(), at::kLong)});
  return {outputs.token_logits.view({ids.size(0), ids.size(1), -1}), outputs.sentence_logits};
}

/// The greatest difference of any two elements.
inline double distance(const at::Tensor& a, const at::Tensor& b) {
  EXPECT_EQ(a.sizes(), b.sizes());
  return a.sizes() == b.sizes() ? (a - b).abs().max().item<double>() : 1e9;
}

/// A copy of a golden folder that a test may damage.
class DamagedFolder {
 public:
  explicit DamagedFolder(const std::string& name) {
    std::filesystem::copy(golden(name), path(),
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
  }

  std::string path(const std::string& file = "") const {
    return folder_.path("model") + (file.empty() ? "" : "/" + file);
  }
  std::string output() const { return folder_.path("out/run"); }

  /// Changes config.json.
  template <class Change>
  void config(Change change) {
    auto json = read_json(path("config.json"));
    change(json);
    write_text(path("config.json"), json.dump());
  }

  /// Changes model.safetensors.
  template <class Change>
  void weights(Change change) {
    serialization::NamedTensors tensors =
        serialization::read_safetensors(path("model.safetensors"));
    change(tensors);
    serialization::write_safetensors(path("model.safetensors"), tensors);
  }

  /// The message of a refused import, after which nothing is there; `code` is the program's.
  std::string refusal(ExitCode code, commands::ImportOptions options = {}) const {
    options.from = path();
    options.output = output();
    const std::string text = testing::error_text([&] { import_folder(options); }, code);
    EXPECT_FALSE(std::filesystem::exists(output()));
    const std::string parent = folder_.path("out");
    EXPECT_TRUE(!std::filesystem::exists(parent) || std::filesystem::is_empty(parent));
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    return text;
  }

 private:
  testing::TempFolder folder_;
};

}  // namespace yoso::interop
