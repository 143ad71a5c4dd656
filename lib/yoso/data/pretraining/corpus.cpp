#include "yoso/data/pretraining/corpus.h"

#include <algorithm>
#include <stdexcept>

#include "yoso/util/checksum.h"

namespace yoso::data::pretraining {

void MemoryCorpus::add_document(const std::vector<std::vector<TokenId>>& sentences) {
  for (const auto& sentence : sentences) {
    tokens_.insert(tokens_.end(), sentence.begin(), sentence.end());
    sentences_.push_back(tokens());
  }
  documents_.push_back(this->sentences());
}

void MemoryCorpus::read(int64_t begin, std::span<TokenId> into) const {
  if (begin < 0 || begin + static_cast<int64_t>(into.size()) > tokens()) {
    throw std::out_of_range("MemoryCorpus: tokens " + std::to_string(begin) + " + " +
                            std::to_string(into.size()) + " of " + std::to_string(tokens()));
  }
  std::copy_n(tokens_.begin() + begin, into.size(), into.begin());
}

std::string MemoryCorpus::fingerprint() const {
  Checksum sum;
  sum.add(documents_.data(), documents_.size() * sizeof(int64_t));
  sum.add(sentences_.data(), sentences_.size() * sizeof(int64_t));
  sum.add(tokens_.data(), tokens_.size() * sizeof(TokenId));
  return sum.text();
}

}  // namespace yoso::data::pretraining
