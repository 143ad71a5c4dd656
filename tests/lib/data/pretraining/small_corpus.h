#pragma once

#include <string>

#include "support/shared_data.h"
#include "support/small_text.h"
#include "support/temp_folder.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/data/corpus/prepare.h"
#include "yoso/text/registry.h"

namespace yoso::testing {

/// Section `corpus` for small_text, its shards in `folder`.
inline config::CorpusConfig small_corpus_config(const TempFolder& folder, int64_t documents,
                                                const std::string& tokenizer = "bert") {
  config::CorpusConfig corpus;
  corpus.tokenizer = tokenizer + ":" + sample("tokenizers/" + tokenizer) +
                     (tokenizer == "bert" ? "/vocab.txt" : "");
  corpus.shards = folder.path(tokenizer + "-shards");
  corpus.validation = 0.2;
  corpus.shard_tokens = 1000;
  config::SourceConfig source;
  source.input = folder.write("text.txt", small_text(documents));
  corpus.sources.kind = config::Tree::Kind::sequence;
  corpus.sources.items.push_back(config::write(source));
  return corpus;
}

/// Makes the shards of such a section.
inline void prepare_corpus(const config::CorpusConfig& corpus) {
  const auto tokenizer = text::load_tokenizer(corpus.tokenizer, corpus.tokenizer_options);
  data::prepare(corpus, {.source = {tokenizer->fingerprint(), tokenizer->vocab_size()},
                         .unknown = tokenizer->special().unknown,
                         .encode = [&](std::string_view text, std::vector<int32_t>& ids) {
                           tokenizer->encode(text, ids);
                         }});
}

/// The section with its shards, made once a process.
inline const config::CorpusConfig& small_corpus() {
  static const TempFolder folder;
  static const config::CorpusConfig corpus = [] {
    const config::CorpusConfig made = small_corpus_config(folder, 150);
    prepare_corpus(made);
    return made;
  }();
  return corpus;
}

}  // namespace yoso::testing
