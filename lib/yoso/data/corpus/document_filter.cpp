#include "yoso/data/corpus/document_filter.h"

#include <utility>

#include "yoso/data/corpus/sentence_rule.h"
#include "yoso/util/random.h"

namespace yoso::data {
namespace {

int64_t count_words(std::string_view text) {
  int64_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool white = c == ' ' || (c >= '\t' && c <= '\r');
    words += !white && !inside ? 1 : 0;
    inside = !white;
  }
  return words;
}

}  // namespace

DocumentFilter::DocumentFilter(const config::CorpusConfig& corpus,
                               const config::SourceConfig& source, bool unknown_words,
                               const File& file, int64_t skip, LeftOut& left_out)
    : corpus_(corpus),
      source_(source),
      unknown_words_(unknown_words),
      file_(file),
      skip_(skip),
      left_out_(left_out) {}

void DocumentFilter::begin_document() {
  end();
  ++document_;
  open_ = begins_ = true;
  words_ = 0;
  long_enough_ = source_.min_words == 0;
  RandomStream random(
      static_cast<uint64_t>(corpus_.seed), "document",
      fold(static_cast<uint64_t>(file_.source), static_cast<uint64_t>(file_.within_source)),
      static_cast<uint64_t>(document_));
  drawn_ = random.uniform() < source_.rate;
  validation_ = random.uniform() < corpus_.validation;
}

void DocumentFilter::end() {
  // A document without a sentence is none, so it is not counted.
  if (open_ && !drawn_ && !begins_) ++left_out_.not_drawn;
  if (open_ && drawn_ && !long_enough_ && !held_.empty()) ++left_out_.too_short;
  held_.clear();
  open_ = false;
}

void DocumentFilter::sentence(std::string_view text) {
  if (!drawn_) {
    begins_ = false;
    return;
  }
  if (!long_enough_) {
    words_ += count_words(text);
    long_enough_ = words_ >= source_.min_words;
    if (!long_enough_) {
      held_.emplace_back(text);
      return;
    }
    for (const std::string& held : held_) split(held);
    held_.clear();
  }
  split(text);
}

void DocumentFilter::split(std::string_view text) {
  if (source_.sentences == config::SentenceEnds::line) return put(text);
  while (!text.empty()) {
    const size_t end = first_sentence(text);
    put(text.substr(0, end));
    text.remove_prefix(end);
    // One space stays, so that the next sentence's first word looks as it does within a line.
    while (text.size() > 1 && (text[1] == ' ' || text[1] == '\t')) text.remove_prefix(1);
  }
}

void DocumentFilter::put(std::string_view text) {
  const int64_t number = sentence_++;
  const bool begins = std::exchange(begins_, false);
  const LeftOut left_out = std::exchange(left_out_, {});
  if (number < skip_) return;  // counted and written before
  batch_->text += text;
  batch_->sentences.push_back({.end = batch_->text.size(),
                               .position = {file_.number, number},
                               .begins_document = begins,
                               .validation = validation_,
                               .unknown_words = unknown_words_,
                               .too_short = left_out.too_short,
                               .not_drawn = left_out.not_drawn});
}

}  // namespace yoso::data
