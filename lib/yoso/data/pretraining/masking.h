#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "yoso/util/random.h"

namespace yoso::data {

/// What masking must know of a vocabulary.
struct MaskVocabulary {
  int32_t size = 0;
  int32_t mask = 0;
  std::vector<bool> special = {};         // by id: never chosen
  std::vector<bool> continues_word = {};  // by id: goes on with the word before it
};

/// Which tokens are masked, and by what.
struct MaskingOptions {
  enum class Count {
    each,   // every token by itself (RoBERTa): the number varies
    exact,  // floor(rate · candidates), drawn without replacement (BERT)
  };
  Count count = Count::each;
  double rate = 0.15;
  int64_t most = INT64_MAX;  // of a sequence, with Count::exact
  bool whole_words = false;  // all pieces of a word or none
  double masked = 0.8;       // of the chosen ones: the mask token in its place
  double random = 0.1;       // any token that is not special; the rest stay as they are
  /// The original suite's draw (compat: mlpen): random tokens from this id on may be special ones.
  /// Negative: not so.
  int32_t first_random = -1;
};

/// The chosen positions, ascending, and the tokens that were there.
struct MaskedTokens {
  std::vector<int32_t> positions;
  std::vector<int32_t> labels;
};

/// Chooses tokens of a sequence and changes them in place (Devlin et al. 2019, section 3.1): a pure
/// function of its arguments, so a stream of (seed, epoch, sample) gives the same masks wherever
/// and whenever the sample comes.
MaskedTokens mask_tokens(std::span<int32_t> ids, const MaskVocabulary& vocabulary,
                         const MaskingOptions& options, RandomStream random);

}  // namespace yoso::data
