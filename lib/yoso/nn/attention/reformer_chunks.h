#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace yoso::nn {

/// Which queries of Reformer attend to which keys (Kitaev et al. 2020, section 2).

/// The tokens of each row sorted by bucket, masked tokens last, and cut into chunks. Tokens are
/// named by their positions in the row.
struct SortedChunks {
  at::Tensor tokens;     // int64 [batch, heads, rounds, chunks, chunk]
  at::Tensor positions;  // int64 [batch, heads, rounds, length]: of every token in its sorted row
  at::Tensor count;      // int64 [batch or 1]: valid tokens
};

/// The queries and keys of each chunk, as pairs [batch, heads, rounds, chunks, chunk, keys].
struct ChunkPairs {
  at::Tensor keys;      // int64 [batch, heads, rounds, chunks, keys]: the tokens
  at::Tensor visible;   // bool: which pairs count
  at::Tensor meetings;  // in how many rounds a pair meets; undefined: taken as 1
};

/// `buckets` int64 [batch, heads, rounds, length]; `mask` bool [batch, length] or undefined;
/// `count` int64 [batch or 1], the valid tokens of the rows.
SortedChunks sort_by_bucket(const at::Tensor& buckets, const at::Tensor& mask,
                            const at::Tensor& count, int64_t chunk);

/// The paper's pairs: query and key in one bucket, the key in the query's chunk or in the one
/// before it. Buckets are below 2^bits.
ChunkPairs bucket_pairs(const SortedChunks& sorted, const at::Tensor& buckets, int64_t bits);

/// The pairs of the original suite's library: every key of the query's chunk and of the one before
/// it. The chunk before the first one of a round is the last one of the round before.
ChunkPairs whole_chunk_pairs(const SortedChunks& sorted);

}  // namespace yoso::nn
