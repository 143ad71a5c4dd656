#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/data/shards/manifest.h"

namespace yoso::data {

/// Some sentences of a corpus, one after the other, on their way to the shards.
struct SentenceBatch {
  struct Sentence {
    size_t end = 0;           // in `text`; it begins where the one before it ends
    CorpusPosition position;  // its own
    bool begins_document = false;
    bool validation = false;     // the document is held out
    bool unknown_words = false;  // `<unk>` in it stands for the unknown token
    LeftOut left_out;            // since the sentence before it
  };
  std::string text;
  std::vector<Sentence> sentences;
  int64_t bytes_read = 0;  // of all files, when the batch was full

  /// The text of sentence i.
  std::string_view of(size_t i) const {
    const size_t begin = i == 0 ? 0 : sentences[i - 1].end;
    return std::string_view(text).substr(begin, sentences[i].end - begin);
  }
};

}  // namespace yoso::data
