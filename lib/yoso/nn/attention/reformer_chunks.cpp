#include "yoso/nn/attention/reformer_chunks.h"

#include <ATen/ATen.h>

#include <limits>
#include <utility>

namespace yoso::nn {

namespace {

/// A neighbour of every chunk: its tokens [batch, heads, rounds, chunks, chunk], and which of its
/// positions hold valid tokens, bool [batch or 1, 1, 1, chunks, chunk].
struct NeighbourChunks {
  at::Tensor tokens, valid;
};

/// Which positions of the sorted rows hold valid tokens, bool [batch or 1, 1, 1, chunks, chunk].
at::Tensor valid_positions(const SortedChunks& sorted) {
  const int64_t chunks = sorted.tokens.size(3), chunk = sorted.tokens.size(4);
  const at::Tensor positions = at::arange(chunks * chunk, sorted.tokens.options());
  return positions.view({1, 1, 1, chunks, chunk}) < sorted.count.view({-1, 1, 1, 1, 1});
}

/// The chunk before every chunk of a round; before the first one there is none.
NeighbourChunks chunks_before(const SortedChunks& sorted, const at::Tensor& valid) {
  const at::Tensor none = at::zeros_like(valid.narrow(3, 0, 1));
  return {sorted.tokens.roll(1, 3), at::cat({none, valid.narrow(3, 0, valid.size(3) - 1)}, 3)};
}

/// The same, but the chunk before the first one is the last one with valid tokens of the round
/// before; a row of a single chunk sees it once.
NeighbourChunks wrapped_chunks_before(const SortedChunks& sorted, const at::Tensor& valid) {
  const int64_t chunks = sorted.tokens.size(3), chunk = sorted.tokens.size(4);
  const at::Tensor count = sorted.count.view({-1, 1, 1, 1, 1});
  const at::Tensor last = (count - 1).div(chunk, /*rounding_mode=*/"floor");
  std::vector<int64_t> sizes = sorted.tokens.sizes().vec();
  sizes[3] = 1;
  const at::Tensor wrapped = sorted.tokens.roll(1, 2).gather(3, last.expand(sizes));
  const at::Tensor positions = last * chunk + at::arange(chunk, last.options());
  const at::Tensor wrapped_valid = (positions < count).logical_and(last > 0);
  return {at::cat({wrapped, sorted.tokens.narrow(3, 0, chunks - 1)}, 3),
          at::cat({wrapped_valid, valid.narrow(3, 0, chunks - 1)}, 3)};
}

/// The keys of each chunk and of the chunk before it, all valid ones visible.
ChunkPairs all_pairs(const SortedChunks& sorted, const at::Tensor& valid,
                     const NeighbourChunks& before) {
  ChunkPairs pairs;
  pairs.keys = at::cat({before.tokens, sorted.tokens}, -1);
  pairs.visible = at::cat({before.valid, valid}, -1).unsqueeze(-2);
  return pairs;
}

/// The pairs of rows with a single chunk, which has none before it.
ChunkPairs pairs_of_one_chunk(const SortedChunks& sorted, const at::Tensor& valid) {
  ChunkPairs pairs;
  pairs.keys = sorted.tokens;
  pairs.visible = valid.unsqueeze(-2);
  return pairs;
}

/// Masked queries see every key, so that their softmax is not over nothing.
void show_all_to_padding(ChunkPairs& pairs, const at::Tensor& valid) {
  pairs.visible = pairs.visible.logical_or(valid.logical_not().unsqueeze(-1));
}

}  // namespace

SortedChunks sort_by_bucket(const at::Tensor& buckets, const at::Tensor& mask,
                            const at::Tensor& count, int64_t chunk) {
  const int64_t length = buckets.size(-1), chunks = (length + chunk - 1) / chunk;
  at::Tensor keys = buckets;
  if (mask.defined()) {
    keys = buckets.masked_fill(mask.logical_not().unsqueeze(1).unsqueeze(1),
                               std::numeric_limits<int64_t>::max());
  }
  const at::Tensor order = std::get<1>(keys.sort(/*stable=*/true, -1, /*descending=*/false));
  const at::Tensor positions = at::arange(length, order.options()).expand(order.sizes());
  return {at::constant_pad_nd(order, {0, chunks * chunk - length}).unflatten(-1, {chunks, chunk}),
          at::empty_like(order).scatter_(-1, order, positions), count};
}

ChunkPairs bucket_pairs(const SortedChunks& sorted, const at::Tensor& buckets, int64_t bits) {
  const int64_t rounds = sorted.tokens.size(2), chunks = sorted.tokens.size(3),
                chunk = sorted.tokens.size(4);
  const at::Tensor valid = valid_positions(sorted);
  ChunkPairs pairs = chunks > 1 ? all_pairs(sorted, valid, chunks_before(sorted, valid))
                                : pairs_of_one_chunk(sorted, valid);
  // One number for bucket and chunk: a query meets a key where its number is the key's or the key's
  // plus one. No chunk has the number `chunks`, so the next number is never in another bucket.
  const bool fits = ((chunks + 1) << bits) < std::numeric_limits<int32_t>::max();
  const at::Tensor number =
      (buckets * (chunks + 1) + sorted.positions.div(chunk, /*rounding_mode=*/"floor"))
          .to(fits ? at::kInt : at::kLong);
  std::vector<at::Tensor> in_own_round;
  for (int64_t round = 0; round < rounds; ++round) {
    const auto numbers_of = [&](const at::Tensor& tokens) {
      return number.select(2, round).gather(-1, tokens.flatten(2)).view(tokens.sizes());
    };
    const at::Tensor step =
        numbers_of(sorted.tokens).unsqueeze(-1) - numbers_of(pairs.keys).unsqueeze(-2);
    const at::Tensor meet = step.bitwise_and_(~int64_t{1}).eq(0);
    in_own_round.push_back(meet.select(2, round));
    if (rounds > 1) pairs.meetings = round == 0 ? meet.to(at::kFloat) : pairs.meetings.add_(meet);
  }
  pairs.visible = pairs.visible.logical_and(at::stack(in_own_round, 2));
  show_all_to_padding(pairs, valid);
  return pairs;
}

ChunkPairs whole_chunk_pairs(const SortedChunks& sorted) {
  const at::Tensor valid = valid_positions(sorted);
  ChunkPairs pairs = sorted.tokens.size(3) > 1
                         ? all_pairs(sorted, valid, wrapped_chunks_before(sorted, valid))
                         : pairs_of_one_chunk(sorted, valid);
  show_all_to_padding(pairs, valid);
  return pairs;
}

}  // namespace yoso::nn
