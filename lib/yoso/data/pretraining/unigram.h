#pragma once

#include <cstdint>

#include "yoso/data/pretraining/corpus.h"

namespace yoso::data::pretraining {

/// What a model learns that knows how often each token comes and nothing else: the least a language
/// model must beat.
struct Unigram {
  double accuracy = 0;    // share of the most frequent token
  double perplexity = 1;  // exp of the entropy
};

/// Counts a corpus with ids below `vocab_size`. DataError for a larger id.
Unigram unigram(const Corpus& corpus, int64_t vocab_size);

}  // namespace yoso::data::pretraining
