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
  /// What a whole reading keeps account of.
  struct Account {
    LeftOut left_out;  // since the last sentence
    BadRows bad_rows;  // so far, with those of earlier calls
  };

  /// Sentences before number `skip` of the file are not collected again, nor is what was left out
  /// before them counted again.
  DocumentFilter(const config::CorpusConfig& corpus, const config::SourceConfig& source,
                 const File& file, int64_t skip, Account& account);

  /// Where sentences go from now on.
  void collect_in(SentenceBatch& batch) { batch_ = &batch; }

  /// The next text of the file. `unknown_words`: `<unk>` in it stands for the unknown token.
  void begin_text(const std::string& name, bool unknown_words);

  /// Characters of a line became U+FFFD.
  void replaced(int64_t line, int64_t characters);

  void begin_document() override;
  void sentence(std::string_view text) override;
  /// BadRowError `FILE:LINE: WHAT` when they are more than `skip_bad_rows`.
  void bad_row(int64_t line, const std::string& reason, const std::string& what) override;

  /// Ends the last document of the file.
  void end();

 private:
  /// Whether what comes before the next sentence was counted by an earlier call.
  bool counted_before() const { return sentence_ < skip_; }
  void split(std::string_view text);
  void put(std::string_view text);

  const config::CorpusConfig& corpus_;
  const config::SourceConfig& source_;
  File file_;
  int64_t skip_;
  Account& account_;
  std::string text_;  // its name
  bool unknown_words_ = false;
  int64_t replaced_lines_ = 0;  // of the file
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
