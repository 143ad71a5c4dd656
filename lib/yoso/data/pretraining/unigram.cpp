#include "yoso/data/pretraining/unigram.h"

#include <algorithm>
#include <cmath>

#include "yoso/util/error.h"

namespace yoso::data::pretraining {

Unigram unigram(const Corpus& corpus, int64_t vocab_size) {
  std::vector<int64_t> counts(vocab_size, 0);
  std::vector<TokenId> tokens;
  constexpr int64_t kAtATime = 1 << 16;
  for (int64_t begin = 0; begin < corpus.tokens(); begin += kAtATime) {
    tokens.resize(std::min(kAtATime, corpus.tokens() - begin));
    corpus.read(begin, tokens);
    for (const TokenId token : tokens) {
      if (token < 0 || token >= vocab_size) {
        throw DataError("the corpus holds token " + std::to_string(token) +
                        ", but its vocabulary only " + std::to_string(vocab_size));
      }
      ++counts[token];
    }
  }
  const auto total = static_cast<double>(corpus.tokens());
  if (total == 0) return {};
  double entropy = 0;
  for (const int64_t count : counts) {
    const double probability = static_cast<double>(count) / total;
    if (count > 0) entropy -= probability * std::log(probability);
  }
  return {static_cast<double>(*std::max_element(counts.begin(), counts.end())) / total,
          std::exp(entropy)};
}

}  // namespace yoso::data::pretraining
