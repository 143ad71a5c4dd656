#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "yoso/config/experiment.h"
#include "yoso/config/fields.h"
#include "yoso/config/tree.h"
#include "yoso/nn/hash_seed.h"

namespace yoso::nn {

/// The inputs of every attention.
struct AttentionInputs {
  at::Tensor query;  // [batch, heads, length, head_dim]
  at::Tensor key;    // [batch, heads, length, head_dim]
  at::Tensor value;  // [batch, heads, length, head_dim]
  /// bool [batch, length], true for a valid token. Undefined: all are, which saves the masking.
  at::Tensor mask;
  /// Set in training; without it the module's stored hashes are used.
  const HashSeed* hash_seed = nullptr;
  /// Which of the layers that share the module this call is (AttentionShape::applications).
  int64_t application = 0;
};

class AttentionImpl;

/// The sizes and settings that an attention is built for.
struct AttentionShape {
  int64_t heads = 1;
  int64_t head_dim = 64;
  int64_t max_length = 512;  // the configured one, whatever the length of a batch
  double dropout = 0;        // model.attention_dropout; kinds without attention weights ignore it
  int64_t layer = 0;         // number of the layer, which keys its hash seeds
  int64_t applications = 1;  // layers from `layer` on that apply this module, each with own hashes
  uint64_t seed = 0;         // of the hashes stored with the model
  bool rotary = false;       // queries and keys are rotated by their positions (MultiHeadAttention)
  /// The attention of the first layer with these very options, which owns what such layers share;
  /// null for that layer itself.
  std::shared_ptr<AttentionImpl> first = nullptr;
};

/// The shape for layer 0 of a model. UsageError where `dim` is not a multiple of `heads`.
AttentionShape attention_shape(const config::ModelConfig& model, uint64_t seed);

/// Figures by name, in the order in which they are to be shown.
using Diagnostics = std::vector<std::pair<std::string, double>>;

/// Base of all attentions: queries, keys and values in, context out. Projections, head split and
/// merge live in MultiHeadAttention.
class AttentionImpl : public torch::nn::Module {
 public:
  /// Context [batch, heads, length, head_dim]. A masked key adds nothing; rows of masked queries
  /// are unspecified but finite, and no output of a row depends on other rows of the batch or on
  /// its padding.
  virtual at::Tensor forward(const AttentionInputs& inputs) = 0;

  /// Figures about one call, by name, for kinds that have any (diagnostics.h). `context_grad` is
  /// the gradient of a loss with respect to the context of these inputs.
  virtual Diagnostics diagnose(const AttentionInputs& inputs, const at::Tensor& context_grad) {
    (void)inputs, (void)context_grad;
    return {};
  }

  /// Replaces the hashes stored for evaluation by those of hash seed number `number` (0: those made
  /// at construction). Does nothing for kinds without random numbers.
  virtual void resample(int64_t number) { (void)number; }

  /// A copy with parameters and buffers of its own, except those that an earlier layer owns
  /// (AttentionShape::first). Of modules that make_attention built.
  std::shared_ptr<torch::nn::Module> clone(
      const std::optional<torch::Device>& device = std::nullopt) const override;

  /// How make_attention built this module; clone() does it again.
  std::function<std::shared_ptr<AttentionImpl>()> build = nullptr;
};

/// One row of the table of attentions.
struct AttentionKind {
  std::string name = {};
  std::string help = {};        // one line
  std::string complexity = {};  // of time, in n (length), m (hashes), ...
  bool linear_memory = false;   // forward and backward, in n
  bool drops_weights = false;   // model.attention_dropout acts on its weights in training
  /// Buffers of the module that hold random numbers sampled from the seed ("hashes.signs");
  /// resample() replaces them.
  std::vector<std::string> drawn_buffers = {};
  std::string paper = {};
  /// Lists the options with their defaults.
  std::function<void(config::FieldVisitor&)> describe = nullptr;
  /// Options as written → options resolved for a shape (defaults filled in, `auto` replaced,
  /// checked; UsageError).
  std::function<config::Tree(const config::Tree& options, const AttentionShape& shape,
                             const std::string& path)>
      resolve = nullptr;
  /// Builds the module from resolved options.
  std::function<std::shared_ptr<AttentionImpl>(const config::Tree& options,
                                               const AttentionShape& shape)>
      make = nullptr;
  /// Multiply-adds of one forward pass over a sequence of `length` tokens without padding, all
  /// heads: those of matrix products, zeros of bands and last chunks included, and of hashing,
  /// where an addition counts as one. Work a number at a time (softmax, norms, sorting) is not
  /// counted.
  std::function<int64_t(const config::Tree& options, const AttentionShape& shape, int64_t length)>
      multiply_adds = nullptr;
};

/// All kinds, sorted by name.
const std::vector<AttentionKind>& attention_kinds();

/// The row of a kind. UsageError with the closest known name for an unknown one.
const AttentionKind& find_attention(const std::string& name, const config::Origin& origin = {});

/// The `attention` section for a model of `layers` layers. The section is one of:
///
/// - a kind's name
/// - a map with `kind` and its options
/// - `layers: {0-2: yoso, 3: {kind: softmax}}`, which names every layer once
/// - a list (also under `layers`) with a name or a map for each layer
///
/// Returns one resolved map (with `kind`) a layer; `shape.layer` is set per layer. UsageError with
/// the origin of what is wrong.
std::vector<config::Tree> resolve_attention(const config::Tree& section, int64_t layers,
                                            const AttentionShape& shape);

/// The resolved section to be saved: one map when all layers agree, else the `layers` form.
config::Tree attention_section(const std::vector<config::Tree>& layers);

/// Builds the attention of one layer from its resolved map.
std::shared_ptr<AttentionImpl> make_attention(const config::Tree& resolved,
                                              const AttentionShape& shape);

/// AttentionKind::multiply_adds of one layer from its resolved map.
int64_t attention_multiply_adds(const config::Tree& resolved, const AttentionShape& shape,
                                int64_t length);

/// Whether a tensor of a model, by its dotted name, is sampled from the seed rather than learned:
/// one of the drawn_buffers of some kind of attention.
bool is_drawn(const std::string& tensor);

/// Calls resample(number) of every attention of a model.
void resample_hashes(torch::nn::Module& model, int64_t number);

}  // namespace yoso::nn
