#include "yoso/data/pretraining/sentence_pairs.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "yoso/util/error.h"
#include "yoso/util/parallel.h"

namespace yoso::data::pretraining {
namespace {

constexpr int64_t kPairMarks = 3;  // [CLS] and two [SEP]
constexpr int64_t kDocumentsAtATime = 4096;

/// What stays of a text that loses `front` and `back` tokens.
void cut(std::vector<TokenId>& tokens, int64_t front, int64_t back) {
  tokens.erase(tokens.end() - back, tokens.end());
  tokens.erase(tokens.begin(), tokens.begin() + front);
}

}  // namespace

SentencePairs::SentencePairs(const PairOptions& options, const MaskingOptions& masking,
                             const Corpus& corpus, const Vocabulary& vocabulary, int threads)
    : options_(options), corpus_(corpus), vocabulary_(vocabulary), masking_(masking, vocabulary) {
  if (budget() < 2) {
    throw UsageError("model.max_length: " + std::to_string(options.length) +
                     " tokens leave no room for two texts");
  }
  if (options.joins_documents) {
    plan_document(0, corpus.sentences(), RandomStream(options.seed, "pairs"), spans_);
    return;
  }
  const int64_t documents = corpus.documents();
  const int64_t parts = (documents + kDocumentsAtATime - 1) / kDocumentsAtATime;
  std::vector<std::vector<Span>> planned(parts);
  parallel_for(parts, threads, [&](int64_t part) {
    const int64_t end = std::min(documents, (part + 1) * kDocumentsAtATime);
    for (int64_t document = part * kDocumentsAtATime; document < end; ++document) {
      plan_document(corpus_.document_begin(document), corpus_.document_begin(document + 1),
                    RandomStream(options_.seed, "pairs", static_cast<uint64_t>(document)),
                    planned[part]);
    }
  });
  for (auto& part : planned) spans_.insert(spans_.end(), part.begin(), part.end());
}

int64_t SentencePairs::budget() const { return options_.length - kPairMarks; }

int64_t SentencePairs::length_of(int64_t first, int64_t count) const {
  return corpus_.sentence_begin(first + count) - corpus_.sentence_begin(first);
}

SentencePairs::Tokens SentencePairs::text(int64_t first, int64_t count) const {
  Tokens tokens(length_of(first, count));
  corpus_.read(corpus_.sentence_begin(first), tokens);
  return tokens;
}

/// Collects sentences until they reach a target length, which most often is the whole budget.
void SentencePairs::plan_document(int64_t begin, int64_t end, RandomStream random,
                                  std::vector<Span>& spans) const {
  for (int64_t first = begin; first < end;) {
    int64_t target = budget();
    if (random.uniform() < options_.short_rate) {
      target = 2 + static_cast<int64_t>(random.below(static_cast<uint64_t>(budget() - 1)));
    }
    int64_t next = first, length = 0;
    while (next < end && length < target) length += length_of(next++, 1);
    if (length > 0) {
      spans.push_back({first, static_cast<int32_t>(next - first), static_cast<int32_t>(target)});
    }
    first = next;
  }
}

/// Sentences from a position drawn in another document (or the same one), up to `wanted` tokens but
/// at least one sentence.
SentencePairs::Tokens SentencePairs::partner(const Span& span, int64_t wanted,
                                             RandomStream& random) const {
  int64_t own = 0, beyond = corpus_.documents();  // the document of the span
  while (beyond - own > 1) {
    const int64_t middle = own + (beyond - own) / 2;
    (corpus_.document_begin(middle) <= span.first ? own : beyond) = middle;
  }
  constexpr int kTries = 10;
  for (int i = 0; i < kTries; ++i) {
    int64_t document = own;
    if (!options_.same_document) {
      document = static_cast<int64_t>(random.below(static_cast<uint64_t>(corpus_.documents())));
      if (document == own && i + 1 < kTries) continue;
    }
    const bool all = options_.same_document && options_.joins_documents;
    const int64_t begin = all ? 0 : corpus_.document_begin(document);
    const int64_t end = all ? corpus_.sentences() : corpus_.document_begin(document + 1);
    if (begin == end) continue;
    const int64_t first =
        begin + static_cast<int64_t>(random.below(static_cast<uint64_t>(end - begin)));
    int64_t count = 0;
    while (first + count < end && (count == 0 || length_of(first, count) < wanted)) ++count;
    if (length_of(first, count) > 0) return text(first, count);
  }
  return text(span.first, span.count);  // there is no other text
}

void SentencePairs::truncate(Tokens& a, Tokens& b, RandomStream& random) const {
  int64_t lost[2][2] = {};  // of a and b, in front and at the back
  auto left = [&](int which) {
    return static_cast<int64_t>((which == 0 ? a : b).size()) - lost[which][0] - lost[which][1];
  };
  while (left(0) + left(1) > budget()) {
    ++lost[left(0) > left(1) ? 0 : 1][random.uniform() < 0.5 ? 0 : 1];
  }
  cut(a, lost[0][0], lost[0][1]);
  cut(b, lost[1][0], lost[1][1]);
}

Sample SentencePairs::sample(int64_t index, int64_t epoch) const {
  const Span& span = spans_.at(index);
  RandomStream random(options_.seed, "masks", static_cast<uint64_t>(epoch),
                      static_cast<uint64_t>(index));
  std::vector<int64_t> sentences;  // those that are not empty
  for (int64_t s = span.first; s < span.first + span.count; ++s) {
    if (length_of(s, 1) > 0) sentences.push_back(s);
  }
  Sample sample;
  const bool alone = sentences.size() == 1;
  const size_t divide = alone ? 1 : 1 + random.below(sentences.size() - 1);
  const int64_t split = alone ? span.first + span.count : sentences[divide];
  Tokens a = text(span.first, split - span.first);
  Tokens b;
  const bool elsewhere = alone || (options_.task == PairTask::next && random.uniform() < 0.5);
  if (elsewhere) {
    b = partner(span, span.target - static_cast<int64_t>(a.size()), random);
    sample.label = 1;
  } else {
    b = text(split, span.first + span.count - split);
  }
  const bool may_swap = options_.task == PairTask::order && (!elsewhere || options_.same_document);
  if (may_swap && random.uniform() < 0.5) {
    std::swap(a, b);
    sample.label = 1;
  }
  truncate(a, b, random);

  Tokens& tokens = sample.tokens;
  tokens.reserve(a.size() + b.size() + kPairMarks);
  tokens.push_back(vocabulary_.first);
  tokens.insert(tokens.end(), a.begin(), a.end());
  tokens.push_back(vocabulary_.separator);
  sample.types.assign(tokens.size(), 0);
  tokens.insert(tokens.end(), b.begin(), b.end());
  tokens.push_back(vocabulary_.separator);
  sample.types.resize(tokens.size(), 1);
  masking_.apply(sample, random);
  return sample;
}

}  // namespace yoso::data::pretraining
