#include "yoso/data/pretraining/shard_corpus.h"

#include "yoso/util/checksum.h"

namespace yoso::data::pretraining {

int64_t ShardCorpus::sentence_begin(int64_t sentence) const {
  return sentence == sentences() ? tokens() : shards_.sentence(sentence).first;
}

int64_t ShardCorpus::document_begin(int64_t document) const {
  return document == documents() ? sentences() : shards_.document(document).first;
}

std::string ShardCorpus::fingerprint() const { return checksum_text(shards_.checksum()); }

}  // namespace yoso::data::pretraining
