#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "yoso/config/corpus.h"
#include "yoso/data/corpus/document_sink.h"
#include "yoso/data/corpus/sentence_batch.h"

namespace yoso::data {

/// Chooses the documents of one file and collects their sentences: by `rate` and `min_words` of its
/// source, held out by `validation`. What is drawn for a document is a pure function of (seed,
/// source, file, number of the document in the file).
class DocumentFilter : public DocumentSink {
 public:
  /// Which file it is.
  struct File {
    int64_t source = 0;  // number of the source
    int64_t number = 0;  // of the file, within all sources
    int64_t within_source = 0;
  };
  /// Numbers of documents left out: with fewer than `min_words`, and by `rate`.
  struct LeftOut {
    int64_t too_short = 0, not_drawn = 0;
  };

  /// Sentences before number `skip` of the file are not collected again. Documents left out are
  /// added to `left_out`.
  DocumentFilter(const config::CorpusConfig& corpus, const config::SourceConfig& source,
                 bool unknown_words, const File& file, int64_t skip, LeftOut& left_out);

  /// Where sentences go from now on.
  void collect_in(SentenceBatch& batch) { batch_ = &batch; }

  void begin_document() override;
  void sentence(std::string_view text) override;

  /// Ends the last document of the file.
  void end();

 private:
  void split(std::string_view text);
  void put(std::string_view text);

  const config::CorpusConfig& corpus_;
  const config::SourceConfig& source_;
  bool unknown_words_;
  File file_;
  int64_t skip_;
  LeftOut& left_out_;
  SentenceBatch* batch_ = nullptr;

  int64_t document_ = -1;  // in the file
  int64_t sentence_ = 0;   // of those kept in the file
  bool open_ = false;
  bool drawn_ = false;
  bool validation_ = false;
  bool begins_ = false;  // the next sentence is the document's first
  int64_t words_ = 0;    // of the document, until there are enough
  bool long_enough_ = false;
  std::vector<std::string> held_;  // until there are enough words
};

}  // namespace yoso::data
