#include "yoso/data/pretraining/sentence_pairs.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace yoso::data {
namespace {

constexpr int64_t kSpecialTokens = 3;

int64_t length(const std::vector<int32_t>& ids) { return static_cast<int64_t>(ids.size()); }

void append(std::vector<int32_t>& ids, const std::vector<int32_t>& more) {
  ids.insert(ids.end(), more.begin(), more.end());
}

TokenDocument without_empty(TokenDocument document) {
  std::erase_if(document, [](const std::vector<int32_t>& segment) { return segment.empty(); });
  return document;
}

class PairMaker {
 public:
  PairMaker(const TokenDocument& document, const SentencePairOptions& options,
            const std::function<TokenDocument(RandomStream&)>& other, RandomStream random)
      : segments_(without_empty(document)),
        options_(options),
        other_(other),
        random_(random),
        budget_(options.max_length - kSpecialTokens) {
    if (budget_ < 2) throw std::invalid_argument("make_sentence_pairs: max_length below 5");
  }

  std::vector<SentencePair> make() {
    std::vector<SentencePair> pairs;
    for (size_t begin = 0; begin < segments_.size();) {
      const int64_t target = draw_target();
      size_t end = begin;
      for (int64_t collected = 0; end < segments_.size() && collected < target; ++end) {
        collected += length(segments_[end]);
      }
      pairs.push_back(make_one(begin, end, target));
      begin = end - std::exchange(given_back_, 0);
    }
    return pairs;
  }

 private:
  int64_t draw_target() {
    if (random_.uniform() >= options_.short_share) return budget_;
    return 2 + static_cast<int64_t>(random_.below(static_cast<uint64_t>(budget_ - 1)));
  }

  SentencePair make_one(size_t begin, size_t end, int64_t target) {
    SentencePair pair;
    const size_t count = end - begin;
    const size_t cut = begin + (count > 1 ? 1 + random_.below(count - 1) : 1);
    for (size_t i = begin; i < cut; ++i) append(pair.a, segments_[i]);
    const bool next = options_.objective == SentencePairOptions::Objective::next;
    if (count == 1 || (next && random_.uniform() < 0.5)) {
      const TokenDocument source =
          options_.mlpen && !next ? segments_ : without_empty(other_(random_));
      append_from(source.empty() ? segments_ : source, target - length(pair.a), pair.b);
      pair.label = 1;
      given_back_ = end - cut;  // what was not used comes again
    } else {
      for (size_t i = cut; i < end; ++i) append(pair.b, segments_[i]);
    }
    const bool may_swap = !next && (count > 1 || options_.mlpen);
    if (may_swap && random_.uniform() < 0.5) {
      std::swap(pair.a, pair.b);
      pair.label = 1;
    }
    truncate(pair);
    return pair;
  }

  /// Segments from a random one on, until there are `wanted` tokens; at least one segment.
  void append_from(const TokenDocument& source, int64_t wanted, std::vector<int32_t>& ids) {
    size_t at = random_.below(source.size());
    do {
      append(ids, source[at++]);
    } while (at < source.size() && length(ids) < wanted);
  }

  void truncate(SentencePair& pair) {
    size_t a_front = 0, b_front = 0, a_size = pair.a.size(), b_size = pair.b.size();
    while (static_cast<int64_t>(a_size + b_size) > budget_) {
      const bool from_a = a_size > b_size;
      const bool front = random_.uniform() < 0.5;
      --(from_a ? a_size : b_size);
      (from_a ? a_front : b_front) += front ? 1 : 0;
    }
    const auto keep = [](std::vector<int32_t>& ids, size_t front, size_t size) {
      const auto begin = ids.begin() + static_cast<ptrdiff_t>(front);
      ids = std::vector<int32_t>(begin, begin + static_cast<ptrdiff_t>(size));
    };
    keep(pair.a, a_front, a_size);
    keep(pair.b, b_front, b_size);
  }

  TokenDocument segments_;
  const SentencePairOptions& options_;
  const std::function<TokenDocument(RandomStream&)>& other_;
  RandomStream random_;
  int64_t budget_;
  size_t given_back_ = 0;
};

}  // namespace

std::vector<SentencePair> make_sentence_pairs(
    const TokenDocument& document, const SentencePairOptions& options,
    const std::function<TokenDocument(RandomStream&)>& other, RandomStream random) {
  return PairMaker(document, options, other, random).make();
}

}  // namespace yoso::data
