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

  /// DataError `what is wrong` for a line that the format does not allow; the caller adds file and
  /// line. Rows that may be passed over go to DocumentSink::bad_row.
  virtual void line(const Line& line, DocumentSink& sink) = 0;
  /// The text has ended. DataError `what is wrong` when it may not end here.
  virtual void end(DocumentSink&) {}
};

/// An entry of the table of formats.
struct FormatKind {
  config::CorpusFormat name;
  bool whole_lines;    // a long line may not come in parts
  bool unknown_words;  // `<unk>` stands for the unknown token
  std::unique_ptr<DocumentFormat> (*make)(const config::SourceConfig& source);
};

/// The entry of a format other than auto.
const FormatKind& find_format(config::CorpusFormat name);

/// The entry of jsonl for a text that is one JSON array.
const FormatKind& json_array_format();

}  // namespace yoso::data
