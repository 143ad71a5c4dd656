#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "yoso/data/pretraining/corpus.h"
#include "yoso/util/checksum.h"

namespace yoso::testing {

/// A corpus held in memory.
class MemoryCorpus : public data::pretraining::Corpus {
 public:
  using TokenId = data::pretraining::TokenId;

  /// `sentences`: the token ids of each.
  void add_document(const std::vector<std::vector<TokenId>>& sentences) {
    for (const auto& sentence : sentences) {
      tokens_.insert(tokens_.end(), sentence.begin(), sentence.end());
      sentences_.push_back(tokens());
    }
    documents_.push_back(this->sentences());
  }

  int64_t tokens() const override { return static_cast<int64_t>(tokens_.size()); }
  int64_t sentences() const override { return static_cast<int64_t>(sentences_.size()) - 1; }
  int64_t documents() const override { return static_cast<int64_t>(documents_.size()) - 1; }
  int64_t sentence_begin(int64_t sentence) const override { return sentences_.at(sentence); }
  int64_t document_begin(int64_t document) const override { return documents_.at(document); }

  void read(int64_t begin, std::span<TokenId> into) const override {
    if (begin < 0 || begin + static_cast<int64_t>(into.size()) > tokens()) {
      throw std::out_of_range("MemoryCorpus: tokens " + std::to_string(begin) + " + " +
                              std::to_string(into.size()) + " of " + std::to_string(tokens()));
    }
    std::copy_n(tokens_.begin() + begin, into.size(), into.begin());
  }

  std::string fingerprint() const override {
    Checksum sum;
    sum.add(documents_.data(), documents_.size() * sizeof(int64_t));
    sum.add(sentences_.data(), sentences_.size() * sizeof(int64_t));
    sum.add(tokens_.data(), tokens_.size() * sizeof(TokenId));
    return sum.text();
  }

 private:
  std::vector<TokenId> tokens_;
  std::vector<int64_t> sentences_ = {0};  // begin of each, and the end of the last
  std::vector<int64_t> documents_ = {0};
};

}  // namespace yoso::testing
