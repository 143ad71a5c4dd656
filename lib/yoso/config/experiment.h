#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "yoso/config/compat.h"
#include "yoso/config/fields.h"
#include "yoso/config/tree.h"
#include "yoso/config/write.h"

namespace yoso::config {

/// Where a layer normalises: before or after each block.
enum class Norm { pre, post };
constexpr auto names_of(Norm) { return std::array{"pre", "post"}; }

enum class Activation { gelu, relu };
constexpr auto names_of(Activation) { return std::array{"gelu", "relu"}; }

enum class Positions { learned, sinusoidal, rotary, none };
constexpr auto names_of(Positions) { return std::array{"learned", "sinusoidal", "rotary", "none"}; }

/// How the encoder's output becomes one vector a sequence.
enum class Pooling {
  mean,   // over the valid tokens; zero for a row without any
  first,  // the first position, where the data has a [CLS] token
  cls,    // a [CLS] token that the model puts before each text
};
constexpr auto names_of(Pooling) { return std::array{"mean", "first", "cls"}; }

enum class LrSchedule { linear, cosine, constant, inverse_sqrt, one_cycle };
constexpr auto names_of(LrSchedule) {
  return std::array{"linear", "cosine", "constant", "inverse_sqrt", "one_cycle"};
}

/// Which parameters weight decay acts on.
enum class Decay { matrices, all };
constexpr auto names_of(Decay) { return std::array{"matrices", "all"}; }

/// Number format of the forward and backward pass.
enum class Precision { float32, bfloat16, automatic };
constexpr auto names_of(Precision) { return std::array{"float32", "bfloat16", "auto"}; }

/// Section `model`: the encoder's size and layout.
struct ModelConfig {
  int64_t layers = 2;
  int64_t dim = 64;
  int64_t heads = 2;
  int64_t ffn_dim = 128;
  int64_t max_length = 2048;
  AutoInt vocab_size;           // auto: the task's
  AutoInt embedding_dim;        // auto: dim
  int64_t token_types = 0;      // 0: no such embeddings
  int64_t position_offset = 0;  // table rows before the first token's
  AutoInt classifier_dim;       // hidden size of the classification head; auto: ffn_dim
  Norm norm = Norm::pre;
  Activation activation = Activation::gelu;
  Positions positions = Positions::learned;
  Pooling pooling = Pooling::mean;
  double dropout = 0.1;
  double attention_dropout = 0.0;
  double layer_norm_eps = 1e-5;
  double init_std = 0.02;
  bool shared_weight = false;
  Compat compat = Compat::none;
  std::string init_from;

  void fields(FieldVisitor& visitor);

  /// The divisor of a mean over tokens; 0: the number of valid tokens.
  int64_t mean_length() const { return compat == Compat::mlpen ? max_length : 0; }

  /// Whether BERT's pooler has GELU in place of tanh.
  bool gelu_pooler() const { return compat == Compat::hf; }
};

/// Section `train`: optimizer, schedule, evaluation and checkpoints.
struct TrainConfig {
  Duration duration{1000};
  int64_t batch_size = 32;     // rows a step, over all ranks
  AutoInt batch_tokens;        // sets batch_size; auto: batch_size is used
  AutoInt micro_batch;         // rows a forward pass; auto: batch_size
  AutoInt eval_batch;          // auto: batch_size
  int64_t bucket_batches = 1;  // batches whose rows are sorted by length together; 1: no sorting
  double lr = 1e-3;
  double min_lr = 0;
  LrSchedule schedule = LrSchedule::linear;
  Duration warmup{0};
  double weight_decay = 0;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double clip_norm = 0;
  Decay decay = Decay::matrices;
  Precision precision = Precision::float32;
  bool activation_checkpointing = false;
  Duration eval_every{500};
  Duration save_every{500};
  int64_t keep_last = 2;
  std::string select = "auto";  // dev metric that names the best checkpoint; auto: the task's
  int64_t patience = 0;         // evaluations without improvement before stopping; 0: never
  double min_delta = 0;
  Compat compat = Compat::none;

  void fields(FieldVisitor& visitor);

  /// Whether the last, partial batch of the test split is left out.
  bool drops_last_test() const { return compat == Compat::mlpen; }
};

/// Section `run`: where and how an experiment runs. Of its keys only `seed` changes what is
/// learned.
struct RunConfig {
  std::string output;
  int64_t seed = 1;
  std::string device = "auto";
  int64_t threads = 0;  // 0: all cores
  int64_t log_every = 50;
  bool tensorboard = true;
  int64_t diagnostics_every = 0;  // steps; 0: never
  int64_t diagnostics_rows = 2;   // of a step's batch

  void fields(FieldVisitor& visitor);
};

/// A whole experiment file. The sub-trees `attention` and `task` are read by the tables in
/// `nn/attention` and `tasks`, `corpus` (CorpusConfig) by the tasks that learn from token shards. A
/// null sub-tree is absent.
struct Experiment {
  ModelConfig model;
  Tree attention;
  Tree corpus;
  Tree task;
  TrainConfig train;
  RunConfig run;

  void fields(FieldVisitor& visitor);
};

/// Whether a text is a value of `run.device`: auto, cpu, cuda or cuda:N.
bool is_device(const std::string& text);

/// Where batch_tokens is given, sets batch_size to the number of rows of model.max_length tokens
/// that it holds. UsageError where it holds none, or where `source` gives another batch_size.
void resolve_batch(Experiment& experiment, const Tree& source = {});

/// Checks the rules that tie several keys together. All breaches are thrown as one UsageError, a
/// line each; `source`, the tree the experiment was read from, gives them file and line.
void validate(const Experiment& experiment, const Tree& source = {});

/// The differences that `--resume` does not allow, out of all those between the saved and the new
/// configuration; `task_options` are those of the section `task`.
std::vector<Difference> refused_on_resume(const std::vector<Difference>& differences,
                                          const std::vector<FieldDoc>& task_options = {});

}  // namespace yoso::config
