#pragma once

#include <memory>
#include <string>
#include <vector>

#include "yoso/config/corpus.h"
#include "yoso/data/archive/find_files.h"
#include "yoso/data/corpus/document_filter.h"
#include "yoso/data/corpus/format_choice.h"
#include "yoso/data/corpus/sentence_batch.h"

namespace yoso::data {

/// Reads the texts of a corpus from any position on, in batches.
class CorpusReader {
 public:
  /// `files[i]` are those of source i. Goes on from `begun`, the manifest of what was read before.
  CorpusReader(const config::CorpusConfig& corpus, const std::vector<config::SourceConfig>& sources,
               const std::vector<std::vector<InputFile>>& files, FormatChoice& formats,
               const Manifest& begun);
  ~CorpusReader();

  /// Fills the batch with the next sentences, about `kBatchBytes` of text; false when none are
  /// left. DataError `FILE:LINE: what is wrong`, and as InputStream, LineReader and FormatChoice.
  bool next(SentenceBatch& batch);

  /// What was left out since the last sentence.
  const LeftOut& left_out() const { return account_.left_out; }

  /// Bytes on the disk of the files done with, or not to be read.
  int64_t bytes_before() const { return bytes_before_; }

  static constexpr size_t kBatchBytes = 1 << 18;

 private:
  struct SourceFile {
    size_t source;
    InputFile file;
    int64_t within_source;
  };
  struct OpenFile;
  bool open_next();
  bool begin_text();
  void read_lines(SentenceBatch& batch);

  const config::CorpusConfig& corpus_;
  const std::vector<config::SourceConfig>& sources_;
  std::vector<SourceFile> files_;  // of all sources, in order
  size_t next_ = 0;                // of files_, to be opened
  int64_t skip_ = 0;               // sentences of the first file
  int64_t bytes_before_ = 0;       // of the files done with
  DocumentFilter::Account account_;
  FormatChoice& formats_;
  std::unique_ptr<OpenFile> open_;
};

}  // namespace yoso::data
