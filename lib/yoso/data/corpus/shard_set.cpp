#include "yoso/data/corpus/shard_set.h"

#include <cstdio>
#include <utility>

namespace yoso::data {
namespace {

std::string shard_name(const char* split, size_t number) {
  char name[40];
  std::snprintf(name, sizeof name, "%s-%05zu.tokens", split, number);
  return name;
}

}  // namespace

ShardSet::ShardSet(std::string folder, Manifest manifest, int64_t shard_tokens)
    : folder_(std::move(folder)),
      manifest_(std::move(manifest)),
      shard_tokens_(shard_tokens),
      behind_(manifest_.position) {
  for (const auto* shards : {&manifest_.train, &manifest_.validation}) {
    for (const ShardSummary& shard : *shards) {
      documents_ += shard.documents;
      whole_tokens_ += shard.tokens;
    }
  }
}

int64_t ShardSet::open_tokens() const {
  return (train_ ? train_->tokens() : 0) + (validation_ ? validation_->tokens() : 0);
}

void ShardSet::add(const SentenceBatch::Sentence& sentence, std::span<const int32_t> ids) {
  const int64_t open = open_tokens();
  if (open >= shard_tokens_ && (sentence.begins_document || open >= 2 * shard_tokens_)) commit();
  manifest_.add(sentence.left_out);
  std::unique_ptr<ShardWriter>& shard = sentence.validation ? validation_ : train_;
  if (!shard) {
    shard = sentence.validation
                ? std::make_unique<ShardWriter>(
                      folder_, shard_name("validation", manifest_.validation.size()),
                      manifest_.tokenizer)
                : std::make_unique<ShardWriter>(
                      folder_, shard_name("train", manifest_.train.size()), manifest_.tokenizer);
  }
  if (sentence.begins_document) {
    shard->begin_document();
    ++documents_;
  }
  shard->add_sentence(ids);
  behind_ = {sentence.position.file, sentence.position.sentence + 1};
}

void ShardSet::commit() {
  whole_tokens_ += open_tokens();
  const auto commit_one = [this](std::unique_ptr<ShardWriter>& shard,
                                 std::vector<ShardSummary>& summaries) {
    if (shard && shard->tokens() > 0) {
      for (const int64_t length : shard->document_lengths()) manifest_.lengths.add(length);
      summaries.push_back(shard->commit());
    }
    shard.reset();
  };
  commit_one(train_, manifest_.train);
  commit_one(validation_, manifest_.validation);
  manifest_.position = behind_;
  manifest_.write(folder_);
}

void ShardSet::finish(const LeftOut& left_out) {
  manifest_.add(left_out);
  manifest_.complete = true;
  commit();
}

}  // namespace yoso::data
