#pragma once

#include <cstdint>
#include <string>

#include "yoso/config/fields.h"
#include "yoso/data/pretraining/sample.h"
#include "yoso/util/random.h"

namespace yoso::data::pretraining {

/// How the positions to be predicted are chosen.
enum class MaskRule {
  fixed,        // floor(rate · tokens) positions, from `least` to `most`
  independent,  // each token by itself
};

/// Which tokens are to be predicted (Devlin et al. 2019, section 3.1, and Liu et al. 2019, section
/// 4.1).
struct MaskingOptions {
  MaskRule rule = MaskRule::fixed;
  double rate = 0.15;
  int64_t least = 0;             // of one sample, under the fixed rule, where it has so many tokens
  int64_t most = 0;              // of one sample, under the fixed rule; 0: no limit
  bool whole_words = false;      // all tokens of a word or none (Devlin's later models)
  double mask_fraction = 0.8;    // of the positions, those that show the mask token
  double random_fraction = 0.1;  // those that show a random token; the rest keep their own
  bool any_random = false;       // the random token may be padding (RoBERTa's original)
};

/// Chooses and hides the tokens to be predicted.
class Masking {
 public:
  /// UsageError where whole words are asked for and the vocabulary does not mark them, or where it
  /// has no mask token.
  Masking(const MaskingOptions& options, const Vocabulary& vocabulary);

  /// Fills `masked` and `targets` and hides those tokens. Special tokens stay as they are.
  void apply(Sample& sample, RandomStream& random) const;

 private:
  /// A token, or the tokens of a word.
  struct Unit {
    int32_t first = 0;
    int32_t count = 0;
  };
  std::vector<Unit> units(const Sample& sample) const;
  TokenId shown(TokenId token, RandomStream& random) const;

  MaskingOptions options_;
  const Vocabulary& vocabulary_;
};

}  // namespace yoso::data::pretraining
