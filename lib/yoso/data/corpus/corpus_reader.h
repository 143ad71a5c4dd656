#pragma once

#include <memory>
#include <string>
#include <vector>

#include "yoso/config/corpus.h"
#include "yoso/data/archive/find_files.h"
#include "yoso/data/corpus/document_filter.h"
#include "yoso/data/corpus/registry.h"
#include "yoso/data/corpus/sentence_batch.h"

namespace yoso::data {

/// Reads the texts of a corpus from any position on, in batches.
class CorpusReader {
 public:
  /// `files[i]` are those of source i.
  CorpusReader(const config::CorpusConfig& corpus, const std::vector<config::SourceConfig>& sources,
               const std::vector<std::vector<InputFile>>& files, const CorpusPosition& start);
  ~CorpusReader();

  /// Fills the batch with the next sentences, about `kBatchBytes` of text; false when none are
  /// left. DataError `FILE:LINE: what is wrong`, and as InputStream and LineReader.
  bool next(SentenceBatch& batch);

  /// Documents left out since the last sentence.
  const DocumentFilter::LeftOut& left_out() const { return left_out_; }

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
  void read_lines(SentenceBatch& batch);

  const config::CorpusConfig& corpus_;
  const std::vector<config::SourceConfig>& sources_;
  std::vector<SourceFile> files_;  // of all sources, in order
  size_t next_ = 0;                // of files_, to be opened
  int64_t skip_ = 0;               // sentences of the first file
  int64_t bytes_before_ = 0;       // of the files done with
  DocumentFilter::LeftOut left_out_;
  std::unique_ptr<OpenFile> open_;
};

}  // namespace yoso::data
