#pragma once

#include <vector>

#include "support/memory_corpus.h"
#include "yoso/data/pretraining/masking.h"

namespace yoso::data::pretraining {

using yoso::testing::MemoryCorpus;

/// pad 0, [CLS] 2, [SEP] 3, [MASK] 4; odd ids continue a word.
inline Vocabulary small_vocabulary(int64_t size = 1000) {
  Vocabulary vocabulary;
  vocabulary.size = size;
  vocabulary.pad = 0;
  vocabulary.first = 2;
  vocabulary.separator = 3;
  vocabulary.mask = 4;
  for (int64_t id = 0; id < size; ++id) vocabulary.continues_word.push_back(id % 2 == 1);
  vocabulary.fingerprint = "small";
  return vocabulary;
}

/// Documents of 1 … `most_sentences` sentences of 1 … `most_tokens` tokens, ids from 5 on.
inline MemoryCorpus random_corpus(int64_t documents, int64_t most_sentences = 12,
                                  int64_t most_tokens = 20, uint64_t seed = 1,
                                  int64_t vocab_size = 1000) {
  MemoryCorpus corpus;
  RandomStream random(seed, "corpus");
  const auto up_to = [&](int64_t most) {
    return 1 + static_cast<int64_t>(random.below(static_cast<uint64_t>(most)));
  };
  for (int64_t d = 0; d < documents; ++d) {
    std::vector<std::vector<TokenId>> sentences(up_to(most_sentences));
    for (auto& sentence : sentences) {
      sentence.resize(up_to(most_tokens));
      for (TokenId& token : sentence) token = static_cast<TokenId>(4 + up_to(vocab_size - 5));
    }
    corpus.add_document(sentences);
  }
  return corpus;
}

/// A document whose tokens all differ, beginning at `token`: sentences of these lengths.
inline std::vector<std::vector<TokenId>> counted_document(TokenId token,
                                                          const std::vector<int64_t>& lengths) {
  std::vector<std::vector<TokenId>> sentences;
  for (const int64_t length : lengths) {
    auto& sentence = sentences.emplace_back();
    for (int64_t i = 0; i < length; ++i) sentence.push_back(token++);
  }
  return sentences;
}

/// The tokens as they were before masking.
inline std::vector<TokenId> unmasked(const Sample& sample) {
  std::vector<TokenId> tokens = sample.tokens;
  for (size_t i = 0; i < sample.masked.size(); ++i) tokens[sample.masked[i]] = sample.targets[i];
  return tokens;
}

inline MaskingOptions no_masks() {
  MaskingOptions options;
  options.rate = 0;
  return options;
}

}  // namespace yoso::data::pretraining
