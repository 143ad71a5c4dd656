#include <ATen/ATen.h>

#include <algorithm>

#include "yoso/nn/attention/kind.h"
#include "yoso/nn/attention/padding.h"
#include "yoso/nn/attention/rows.h"

namespace yoso::nn {

namespace {

constexpr int64_t kShortestBlock = 16;  // shorter ones cost more in overhead

struct LongformerOptions {
  int64_t window = 128;
  int64_t global_tokens = 1;

  void fields(config::FieldVisitor& visitor) {
    visitor.field({"window", "tokens see those at most window / 2 positions away (w)"}, window,
                  {.min = 0, .max = 1 << 20});
    visitor.field(
        {"global_tokens", "first valid tokens of a row that see all and are seen by all; 0: none"},
        global_tokens, {.min = 0, .max = 1 << 16});
  }

  void resolve(const config::Tree&, const AttentionShape&, const std::string&) {}
};

/// The global tokens of every row.
struct GlobalTokens {
  at::Tensor positions;  // int64 [batch or 1, count]; a masked position where none exists
  at::Tensor exist;      // bool [batch or 1, count]
  at::Tensor marks;      // bool [batch or 1, length]
};

/// Longformer (Beltagy et al. 2020, section 3): softmax attention to the tokens within half a
/// window and to the global tokens, which attend to all; global tokens use the projections of the
/// others, as in the original suite. Dropout on the weights.
///
/// Queries of a block of half a window see the keys of that block and of its two neighbours: one
/// batched attention over blocks, in which a mask cuts out the band.
class LongformerAttentionImpl : public AttentionImpl {
 public:
  LongformerAttentionImpl(const LongformerOptions& options, const AttentionShape& shape)
      : options_(options), dropout_(shape.dropout) {}

  at::Tensor forward(const AttentionInputs& inputs) override {
    const int64_t length = inputs.query.size(2), reach = options_.window / 2;
    if (reach >= length - 1) return attend(inputs.query, inputs, key_mask(inputs.mask));
    const at::Tensor mask = usable_keys(inputs.mask);
    const GlobalTokens globals = find_globals(mask, inputs.query);
    const at::Tensor context = banded_context(inputs, mask, globals, reach);
    if (globals.positions.size(-1) == 0) return context;
    const at::Tensor positions = globals.positions.unsqueeze(1);
    const at::Tensor of_globals =
        attend(gather_rows(inputs.query, positions), inputs, key_mask(inputs.mask));
    return context.scatter(2, positions.unsqueeze(-1).expand(of_globals.sizes()),
                           of_globals.to(context.scalar_type()));
  }

  void pretty_print(std::ostream& stream) const override {
    stream << "yoso::nn::LongformerAttention(window=" << options_.window
           << ", global_tokens=" << options_.global_tokens << ", dropout=" << dropout_ << ")";
  }

 private:
  /// Attention of queries to all keys.
  at::Tensor attend(const at::Tensor& query, const AttentionInputs& inputs,
                    const std::optional<at::Tensor>& mask) const {
    return at::scaled_dot_product_attention(query, inputs.key, inputs.value, mask,
                                            is_training() ? dropout_ : 0.0);
  }

  GlobalTokens find_globals(const at::Tensor& mask, const at::Tensor& query) const {
    const int64_t length = query.size(2), count = std::min(options_.global_tokens, length);
    const at::Tensor order = at::arange(length, query.options().dtype(at::kLong)).unsqueeze(0);
    if (!mask.defined()) {
      const at::Tensor positions = order.narrow(1, 0, count);
      return {positions, positions >= 0, order < count};
    }
    // Valid tokens first, in their order.
    const at::Tensor sorted = std::get<1>(
        mask.logical_not().to(at::kByte).sort(/*stable=*/true, /*dim=*/-1, /*descending=*/false));
    const at::Tensor ranks = rank_of_valid(mask, query);
    return {sorted.narrow(1, 0, count),
            order.narrow(1, 0, count) < count_valid(mask, query).unsqueeze(-1),
            mask.logical_and(ranks < count)};
  }

  /// The context of tokens that are not global.
  at::Tensor banded_context(const AttentionInputs& inputs, const at::Tensor& mask,
                            const GlobalTokens& globals, int64_t reach) const {
    const int64_t batch = inputs.query.size(0), heads = inputs.query.size(1),
                  length = inputs.query.size(2), dim = inputs.query.size(3);
    const int64_t block = std::max(reach, kShortestBlock), blocks = (length + block - 1) / block;
    const int64_t tail = blocks * block - length, count = globals.positions.size(-1);

    // Where no row has a mask, all rows share the band. Then blocks are the batch of the fused
    // attention, else rows and blocks, as its masks differ from one to the next.
    const bool shared = !mask.defined();
    const auto arrange = [&](const at::Tensor& x) {  // [batch, heads, blocks, positions, dim]
      const at::Tensor apart = shared ? x.permute({2, 0, 1, 3, 4}) : x.permute({0, 2, 1, 3, 4});
      return shared ? apart.reshape({blocks, batch * heads, -1, dim})
                    : apart.reshape({batch * blocks, heads, -1, dim});
    };
    const auto around = [&](const at::Tensor& x) {
      const at::Tensor padded =
          at::constant_pad_nd(x, {0, 0, block, block + tail}).unflatten(2, {blocks + 2, block});
      std::vector<at::Tensor> parts;
      for (int64_t shift : {0, 1, 2}) parts.push_back(padded.narrow(2, shift, blocks));
      if (count > 0) {
        parts.push_back(gather_rows(x, globals.positions.unsqueeze(1))
                            .unsqueeze(2)
                            .expand({batch, heads, blocks, count, dim}));
      }
      return arrange(at::cat(parts, 3));
    };
    const at::Tensor query =
        arrange(at::constant_pad_nd(inputs.query, {0, 0, 0, tail}).unflatten(2, {blocks, block}));
    const at::Tensor context = at::scaled_dot_product_attention(
        query, around(inputs.key), around(inputs.value),
        visible(mask, globals, reach, block, blocks, tail), is_training() ? dropout_ : 0.0);
    const at::Tensor rows = shared ? context.unflatten(1, {batch, heads}).permute({1, 2, 0, 3, 4})
                                   : context.unflatten(0, {batch, blocks}).permute({0, 2, 1, 3, 4});
    return rows.reshape({batch, heads, blocks * block, dim}).narrow(2, 0, length);
  }

  /// bool [blocks or batch·blocks, 1, block, 3·block + globals]: which keys around a block its
  /// queries see. Each query sees its own key, so that the rows of padding have a softmax too.
  static at::Tensor visible(const at::Tensor& mask, const GlobalTokens& globals, int64_t reach,
                            int64_t block, int64_t blocks, int64_t tail) {
    const at::Tensor local = globals.marks.logical_not();
    const at::Tensor seen = mask.defined() ? mask.logical_and(local) : local;
    const at::Tensor keys =  // [rows, blocks, 3·block]
        at::constant_pad_nd(seen, {block, block + tail}).unfold(1, 3 * block, block);
    const at::Tensor positions = at::arange(block, globals.positions.options()).unsqueeze(1);
    const at::Tensor distance =
        (at::arange(-block, 2 * block, globals.positions.options()) - positions).abs();
    const at::Tensor band = keys.unsqueeze(2).logical_and(distance <= reach);
    const at::Tensor near = band.logical_or(distance == 0);  // [rows, blocks, block, 3·block]
    const int64_t rows = near.size(0), count = globals.positions.size(-1);
    const at::Tensor far =
        globals.exist.unsqueeze(1).unsqueeze(1).expand({rows, blocks, block, count});
    return at::cat({near, far}, -1).view({rows * blocks, 1, block, 3 * block + count});
  }

  LongformerOptions options_;
  double dropout_;
};

/// Scores and context of blocks with the keys of three blocks and the global ones, then of the
/// global queries.
int64_t longformer_multiply_adds(const LongformerOptions& options, const AttentionShape& shape,
                                 int64_t length) {
  const int64_t reach = options.window / 2, pair = 2 * shape.heads * shape.head_dim;
  if (reach >= length - 1) return pair * length * length;
  const int64_t block = std::max(reach, kShortestBlock), blocks = (length + block - 1) / block;
  const int64_t globals = std::min(options.global_tokens, length);
  return pair * (blocks * block * (3 * block + globals) + globals * length);
}

}  // namespace

AttentionKind longformer_attention() {
  return make_kind<LongformerOptions, LongformerAttentionImpl>(
      {.name = "longformer",
       .help = "Longformer: softmax attention within a sliding window and to global first tokens",
       .complexity = "n·w",
       .linear_memory = true,
       .drops_weights = true,
       .paper = "Beltagy et al. 2020, Longformer: The Long-Document Transformer"},
      longformer_multiply_adds);
}

}  // namespace yoso::nn
