#include "yoso/config/experiment.h"

namespace yoso::config {
namespace {

const IntRange kPositive{.min = 1};
const IntRange kCount{.min = 0};
const RealRange kAboveZero{.min = 0, .above_min = true};
const RealRange kNotNegative{.min = 0};
// A dropout of 1 would leave nothing.
const RealRange kFraction{.min = 0, .max = 1, .below_max = true};
const Choices kAnyText;

}  // namespace

void ModelConfig::fields(FieldVisitor& visitor) {
  visitor.field({"layers", "encoder layers"}, layers, kPositive);
  visitor.field({"dim", "width of the embeddings and of every layer; a multiple of heads"}, dim,
                kPositive);
  visitor.field({"heads", "attention heads, each of width dim / heads"}, heads, kPositive);
  visitor.field({"ffn_dim", "hidden width of the feed-forward block"}, ffn_dim, kPositive);
  visitor.field(
      {"max_length", "longest input in tokens; sizes the position table and `bits: auto`"},
      max_length, kPositive);
  visitor.field({"vocab_size", "rows of the embedding table; auto: what the task needs"},
                vocab_size, kPositive);
  visitor.field({"embedding_dim",
                 "width of the embedding tables, projected to dim where it differs; auto: dim"},
                embedding_dim, kPositive);
  visitor.field(
      {"token_types", "rows of the token type table, one for each text of a pair; 0: no table"},
      token_types, kCount);
  visitor.field(
      {"position_offset", "rows of the position table before the first token's; RoBERTa has 2"},
      position_offset, kCount);
  visitor.field({"classifier_dim", "hidden width of the classification head; auto: ffn_dim"},
                classifier_dim, kPositive);
  visitor.choice({"norm", "layer normalisation before (pre) or after (post) each block"}, norm);
  visitor.choice({"activation", "non-linearity of the feed-forward block"}, activation);
  visitor.choice({"positions",
                  "learned or sinusoidal: embeddings added to the tokens'; "
                  "rotary: queries and keys rotated by their position in every layer"},
                 positions);
  visitor.choice({"pooling",
                  "sequence to vector: mean over valid tokens, the first token, "
                  "or a [CLS] token that the model puts before it (cls)"},
                 pooling);
  visitor.field({"dropout", "fraction of activations dropped in training; 0: none"}, dropout,
                kFraction);
  visitor.field({"attention_dropout",
                 "fraction of attention weights dropped, where a kind has weights; 0: none"},
                attention_dropout, kFraction);
  visitor.field({"layer_norm_eps", "added to the variance in layer normalisation"}, layer_norm_eps,
                kAboveZero);
  visitor.field({"init_std", "standard deviation of the initial embeddings"}, init_std, kAboveZero);
  visitor.field({"shared_weight", "one block of weights applied at every layer"}, shared_weight);
  visitor.choice(
      {"compat",
       "mlpen: a mean divides by max_length, not by the number of valid tokens, as in the "
       "published harness; hf: GELU where BERT's pooler has tanh, as in Hugging Face's YOSO"},
      compat);
  visitor.field({"init_from", "checkpoint folder to start from; empty: random weights"}, init_from,
                kAnyText);
}

void TrainConfig::fields(FieldVisitor& visitor) {
  visitor.field(
      {"duration",
       "length of training, in optimizer steps, epochs, tokens (padding not counted) or hours",
       OnResume::free},
      duration);
  visitor.field({"batch_size", "rows in an optimizer step, over all processes"}, batch_size,
                {.min = 1, .max = 1 << 20});
  visitor.field(
      {"batch_tokens",
       "tokens in an optimizer step, over all processes and with padding: sets batch_size to the "
       "number of rows of model.max_length tokens that it holds; auto: batch_size is used"},
      batch_tokens, kPositive);
  visitor.field(
      {"micro_batch", "rows in a forward pass, a divisor of batch_size; auto: batch_size"},
      micro_batch, kPositive);
  visitor.field(
      {"eval_batch", "rows in a forward pass of evaluation; auto: batch_size", OnResume::free},
      eval_batch, kPositive);
  visitor.field(
      {"bucket_batches",
       "this many batches are taken at a time and their examples sorted by length, so that a batch "
       "has examples of similar length; 1: no sorting"},
      bucket_batches, {.min = 1, .max = 1 << 20});
  visitor.field({"lr", "highest learning rate, reached after warmup"}, lr, kAboveZero);
  visitor.field(
      {"min_lr", "learning rate at which the schedule ends (linear, cosine) or stops falling"},
      min_lr, kNotNegative);
  visitor.choice({"schedule",
                  "how the learning rate falls after warmup; "
                  "one_cycle: PyTorch's OneCycleLR, linear, which moves beta1 too"},
                 schedule);
  visitor.field({"warmup",
                 "linear rise of the learning rate from 0; "
                 "in tokens or hours where duration is, else in steps or epochs"},
                warmup);
  visitor.field({"weight_decay", "decoupled weight decay (AdamW); 0: none"}, weight_decay,
                kNotNegative);
  visitor.choice({"decay", "what decays: weight matrices and embeddings alone, or all parameters"},
                 decay);
  visitor.field({"beta1", "AdamW: decay of the mean of gradients"}, beta1, kFraction);
  visitor.field({"beta2", "AdamW: decay of the mean of squared gradients"}, beta2, kFraction);
  visitor.field({"eps", "AdamW: added to the root of the mean square"}, eps, kAboveZero);
  visitor.field(
      {"clip_norm",
       "longest gradient (L2, all parameters together), longer ones are scaled; 0: no limit"},
      clip_norm, kNotNegative);
  visitor.choice(
      {"precision",
       "number format of the forward and backward pass; weights stay float32; auto: bfloat16 where "
       "the device has instructions for it, settled when the run begins"},
      precision);
  visitor.field({"activation_checkpointing",
                 "keep only the input of each layer and compute the layer again in the backward "
                 "pass: less memory, more time, the same result",
                 OnResume::free},
                activation_checkpointing);
  visitor.field(
      {"eval_every", "steps, epochs, tokens or hours between evaluations on dev", OnResume::free},
      eval_every);
  visitor.field(
      {"save_every", "steps, epochs, tokens or hours between checkpoints", OnResume::free},
      save_every);
  visitor.field({"keep_last", "latest checkpoints kept, beside the best", OnResume::free},
                keep_last, kPositive);
  visitor.field({"select", "dev metric that names the best checkpoint; auto: the task's"}, select,
                kAnyText);
  visitor.field({"patience", "evaluations without improvement before training stops; 0: never",
                 OnResume::free},
                patience, kCount);
  visitor.field(
      {"min_delta", "least change of the metric that counts as improvement", OnResume::free},
      min_delta, kNotNegative);
  compat_field(visitor, compat, "mlpen: the last, partial batch of test is not scored");
}

void RunConfig::fields(FieldVisitor& visitor) {
  visitor.field({"output", "run folder", OnResume::free}, output, kAnyText);
  visitor.field({"seed", "key of every random stream: weights, data order, dropout, hashes"}, seed,
                kCount);
  visitor.field({"device", "auto, cpu, cuda or cuda:N; auto: a GPU where there is one"}, device,
                kAnyText);
  visitor.field(
      {"threads",
       "CPU threads; 0: one per core. Results repeat bit for bit at the same number only"},
      threads, {.min = 0, .max = 1024});
  visitor.field({"log_every", "steps between lines of training metrics", OnResume::free}, log_every,
                kPositive);
  visitor.field({"tensorboard", "write event files for TensorBoard", OnResume::free}, tensorboard);
  visitor.field({"diagnostics_every",
                 "steps between diagnostics of every layer's attention (buckets, cosines to the "
                 "dense form), which change nothing; 0: never",
                 OnResume::free},
                diagnostics_every, kCount);
  visitor.field({"diagnostics_rows", "rows of a step's batch that diagnostics use", OnResume::free},
                diagnostics_rows, kPositive);
}

void Experiment::fields(FieldVisitor& visitor) {
  visitor.section({"model", "size and layout of the encoder"}, model);
  visitor.field({"attention", "kind of attention with its options, for all layers or by layer"},
                attention);
  visitor.field({"corpus", "texts, tokenizer and token shards of a pretraining"}, corpus);
  visitor.field({"task", "name of the task with its options; with a corpus: mlm"}, task);
  visitor.section({"train", "optimizer, schedule, evaluation and checkpoints"}, train);
  visitor.section({"run", "where and how"}, run);
}

}  // namespace yoso::config
