#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "yoso/util/random.h"

namespace yoso::data {

/// Sentences, or other segments, as token ids.
using TokenDocument = std::vector<std::vector<int32_t>>;

/// Two texts of BERT's second objective. Label 0: b follows a in the document.
struct SentencePair {
  std::vector<int32_t> a, b;
  int64_t label = 0;
};

struct SentencePairOptions {
  enum class Objective {
    order,  // sentence order (ALBERT): label 1 for swapped halves
    next,   // next sentence (BERT): label 1 for a second half from another document
  };
  Objective objective = Objective::order;
  int64_t max_length = 512;  // with the three special tokens
  double short_share = 0.1;  // of the pairs, made for a shorter length
  /// The original suite's rule (compat: mlpen) for a document's single segment: the second text
  /// comes from the same document, and is swapped half the time.
  bool mlpen = false;
};

/// Makes the pairs of one document by the rule of BERT's and ALBERT's own scripts (Devlin et al.
/// 2019, Lan et al. 2020): segments are collected up to a target length and cut in two at a random
/// place; too long pairs lose tokens at random ends of the longer text. `other` gives another
/// random document. Neither text of a pair is empty. max_length ≥ 5.
std::vector<SentencePair> make_sentence_pairs(
    const TokenDocument& document, const SentencePairOptions& options,
    const std::function<TokenDocument(RandomStream&)>& other, RandomStream random);

}  // namespace yoso::data
