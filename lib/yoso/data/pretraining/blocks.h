#pragma once

#include <cstdint>

#include "yoso/data/pretraining/masking.h"

namespace yoso::data::pretraining {

/// How running text becomes the samples of RoBERTa.
struct BlockOptions {
  int64_t length = 512;             // of a sample, special tokens included
  bool separates_documents = true;  // a separator token where one document ends and another begins
  uint64_t seed = 0;
};

/// RoBERTa's full sentences (Liu et al. 2019, section 4.2): the texts of all documents concatenated
/// and cut into samples of one length, <s> … </s>; the rest at the end is left out. The masked
/// tokens differ from epoch to epoch.
class Blocks : public SampleSource {
 public:
  /// `corpus` and `vocabulary` must outlive the object. UsageError where no text fits in a sample.
  Blocks(const BlockOptions& options, const MaskingOptions& masking, const Corpus& corpus,
         const Vocabulary& vocabulary);

  int64_t size() const override;
  Sample sample(int64_t index, int64_t epoch) const override;

 private:
  void read(int64_t position, std::span<TokenId> into) const;

  BlockOptions options_;
  const Corpus& corpus_;
  const Vocabulary& vocabulary_;
  Masking masking_;
};

}  // namespace yoso::data::pretraining
