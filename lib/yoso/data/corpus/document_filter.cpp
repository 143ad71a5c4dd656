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
                               const config::SourceConfig& source, const File& file, int64_t skip,
                               Account& account)
    : corpus_(corpus), source_(source), file_(file), skip_(skip), account_(account) {}

void DocumentFilter::begin_text(const std::string& name, bool unknown_words) {
  text_ = name;
  unknown_words_ = unknown_words;
}

void DocumentFilter::replaced(int64_t line, int64_t characters) {
  constexpr int64_t kNamed = 3;
  const bool named = ++replaced_lines_ <= kNamed;
  if (counted_before()) return;
  account_.left_out.replaced += characters;
  if (named) account_.left_out.replaced_at.push_back(text_ + ":" + std::to_string(line));
}

void DocumentFilter::bad_row(int64_t line, const std::string& reason, const std::string& what) {
  if (counted_before()) return;
  const BadRow row{reason, text_ + ":" + std::to_string(line) + ": " + what};
  const BadRows& before = account_.bad_rows;
  if (before.count >= corpus_.skip_bad_rows) {
    std::string why = row.what;
    if (before.count == 0) {
      why += "; `skip_bad_rows: N` passes over up to N bad lines";
    } else {
      why += "; more bad lines than `skip_bad_rows: " + std::to_string(corpus_.skip_bad_rows) +
             "` allows, the first: " + before.first.front();
    }
    throw BadRowError(why);
  }
  account_.bad_rows.add(row);
  account_.left_out.bad_rows.push_back(row);
}

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
  if (open_ && !drawn_ && !begins_) ++account_.left_out.not_drawn;
  if (open_ && drawn_ && !long_enough_ && !held_.empty()) ++account_.left_out.too_short;
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
  LeftOut left_out = std::exchange(account_.left_out, {});
  if (number < skip_) return;  // counted and written before
  batch_->text += text;
  batch_->sentences.push_back({.end = batch_->text.size(),
                               .position = {file_.number, number},
                               .begins_document = begins,
                               .validation = validation_,
                               .unknown_words = unknown_words_,
                               .left_out = std::move(left_out)});
}

}  // namespace yoso::data
