#pragma once

#include <cstdint>

#include "yoso/data/pretraining/corpus.h"

namespace yoso::data::pretraining {

/// The scores of a model that predicts by the frequencies of tokens alone, which a language model
/// must beat.
struct Unigram {
  double accuracy = 0;    // frequency of the most frequent token
  double perplexity = 1;  // exp of the entropy
};

/// Counts a corpus with ids below `vocab_size`. DataError for a larger id.
Unigram unigram(const Corpus& corpus, int64_t vocab_size);

}  // namespace yoso::data::pretraining
