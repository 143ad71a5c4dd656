#pragma once

#include <memory>
#include <span>

#include "yoso/config/corpus.h"
#include "yoso/data/corpus/document_sink.h"
#include "yoso/data/corpus/line_reader.h"

namespace yoso::data {

/// Finds the documents in the lines of one text.
class DocumentFormat {
 public:
  virtual ~DocumentFormat() = default;

  /// DataError `what is wrong` for a line that has no place in this format; the caller adds where.
  virtual void line(const Line& line, DocumentSink& sink) = 0;
  virtual void end(DocumentSink&) {}
};

/// A row of the table of formats.
struct FormatKind {
  config::CorpusFormat name;
  bool whole_lines;    // a long line may not come in parts
  bool unknown_words;  // `<unk>` stands for the unknown token
  std::unique_ptr<DocumentFormat> (*make)(const config::SourceConfig& source);
};

/// The row of a format.
const FormatKind& find_format(config::CorpusFormat name);

}  // namespace yoso::data
