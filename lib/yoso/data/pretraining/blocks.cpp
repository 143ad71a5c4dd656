#include "yoso/data/pretraining/blocks.h"

#include <algorithm>

#include "yoso/util/error.h"

namespace yoso::data::pretraining {
namespace {

constexpr int64_t kBlockEnds = 2;  // <s> and </s>

}  // namespace

Blocks::Blocks(const BlockOptions& options, const MaskingOptions& masking, const Corpus& corpus,
               const Vocabulary& vocabulary)
    : options_(options), corpus_(corpus), vocabulary_(vocabulary), masking_(masking, vocabulary) {
  if (options.length <= kBlockEnds) {
    throw UsageError("model.max_length: " + std::to_string(options.length) +
                     " tokens leave no room for text");
  }
}

int64_t Blocks::size() const {
  const int64_t separators =
      options_.separates_documents ? std::max<int64_t>(corpus_.documents() - 1, 0) : 0;
  return (corpus_.tokens() + separators) / (options_.length - kBlockEnds);
}

Sample Blocks::sample(int64_t index, int64_t epoch) const {
  const int64_t text = options_.length - kBlockEnds;
  Sample sample;
  sample.tokens.resize(options_.length);
  sample.tokens.front() = vocabulary_.first;
  sample.tokens.back() = vocabulary_.separator;
  read(index * text, std::span(sample.tokens).subspan(1, text));
  RandomStream random(options_.seed, "masks", static_cast<uint64_t>(epoch),
                      static_cast<uint64_t>(index));
  masking_.apply(sample, random);
  return sample;
}

/// Copies from the stream in which document d begins at its position in the corpus plus the d
/// separators before it.
void Blocks::read(int64_t position, std::span<TokenId> into) const {
  if (!options_.separates_documents) {
    corpus_.read(position, into);
    return;
  }
  // The last document that begins at `position` or before.
  int64_t document = 0, beyond = corpus_.documents();
  while (beyond - document > 1) {
    const int64_t middle = document + (beyond - document) / 2;
    (corpus_.document_tokens_begin(middle) + middle <= position ? document : beyond) = middle;
  }
  while (!into.empty()) {
    const int64_t end = corpus_.document_tokens_begin(document + 1) + document;
    const int64_t count = std::min(end - position, static_cast<int64_t>(into.size()));
    corpus_.read(position - document, into.first(count));
    into = into.subspan(count);
    position += count;
    if (into.empty()) break;
    into.front() = vocabulary_.separator;
    into = into.subspan(1);
    ++position;
    ++document;
  }
}

}  // namespace yoso::data::pretraining
