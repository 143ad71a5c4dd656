#pragma once

#include <cstdint>
#include <vector>

#include "yoso/data/pretraining/masking.h"

namespace yoso::data::pretraining {

/// What the label of a pair of texts means.
enum class PairTask {
  order,  // whether the second follows the first or they were swapped (ALBERT, Lan et al. 2020)
  next,   // whether the second follows the first or stems from elsewhere (BERT)
};
constexpr auto names_of(PairTask) { return std::array{"order", "next"}; }

/// How documents become pairs of texts.
struct PairOptions {
  int64_t length = 512;  // of the longest sample, special tokens included
  PairTask task = PairTask::order;
  double short_rate = 0.1;       // fraction of pairs cut to a length drawn from 2 … length − 3
  bool joins_documents = false;  // all documents are one
  /// A lone sentence gets its partner from its own document and may be swapped, as in the original
  /// suite; otherwise the partner comes from another document and is second (ALBERT).
  bool same_document = false;
  uint64_t seed = 0;
};

/// [CLS] A [SEP] B [SEP] with a label (Devlin et al. 2019, Lan et al. 2020). Consecutive sentences
/// are collected up to a length; which ones go together depends on the seed alone, so that every
/// epoch has the same number of samples. The border between A and B, the label, what is cut off and
/// the masks are drawn again in each epoch. Where B comes from elsewhere, the sentences that it
/// replaces do not occur in that epoch.
class SentencePairs : public SampleSource {
 public:
  /// `corpus` and `vocabulary` must outlive the object. Reads all boundaries on up to `threads`
  /// threads (0: all cores). UsageError where no two tokens of text fit in a sample.
  SentencePairs(const PairOptions& options, const MaskingOptions& masking, const Corpus& corpus,
                const Vocabulary& vocabulary, int threads = 0);

  int64_t size() const override { return static_cast<int64_t>(spans_.size()); }
  Sample sample(int64_t index, int64_t epoch) const override;

 private:
  /// Sentences [first, first + count) of one document.
  struct Span {
    int64_t first = 0;
    int32_t count = 0;
    int32_t target = 0;  // tokens of A and B
  };
  using Tokens = std::vector<TokenId>;

  int64_t budget() const;
  int64_t length_of(int64_t first, int64_t count) const;
  Tokens text(int64_t first, int64_t count) const;
  void plan_document(int64_t begin, int64_t end, RandomStream random,
                     std::vector<Span>& spans) const;
  Tokens partner(const Span& span, int64_t wanted, RandomStream& random) const;
  void truncate(Tokens& a, Tokens& b, RandomStream& random) const;

  PairOptions options_;
  const Corpus& corpus_;
  const Vocabulary& vocabulary_;
  Masking masking_;
  std::vector<Span> spans_;
};

}  // namespace yoso::data::pretraining
