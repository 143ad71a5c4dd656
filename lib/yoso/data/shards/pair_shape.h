#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "yoso/data/shards/shard_writer.h"

namespace yoso::data {

/// What pairs of texts (`objective: bert`) are made of the documents of some shards.
struct PairShape {
  int64_t documents = 0, one_sentence = 0;  // of these, such that have no second sentence
  int64_t rows = 0, lone_rows = 0;  // of one sentence, whose second text is always from elsewhere
  int64_t tokens = 0, in_no_row = 0;

  /// Whether most labels are the same, or much of the text is not seen.
  bool is_degenerate() const;

  /// "41.0 % of the documents have one sentence; ...", for the user.
  std::string text() const;
};

/// Goes through the sentences as data::pretraining::SentencePairs does, for rows that hold up to
/// `row_tokens` tokens of text. Reads the boundaries alone. DataError as TokenShard.
PairShape pair_shape(const std::string& folder, const std::vector<ShardSummary>& shards,
                     int64_t row_tokens);

}  // namespace yoso::data
