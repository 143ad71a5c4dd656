#include "yoso/data/corpus/marked_documents.h"

#include <utility>

#include "yoso/data/corpus/plain_documents.h"
#include "yoso/util/error.h"

namespace yoso::data {
int heading_level(std::string_view line) {
  int level = 0;
  while (line.size() > 2 && line.front() == '=' && line.back() == '=') {
    line = stripped(line.substr(1, line.size() - 2));
    ++level;
  }
  return line.empty() || line == "=" ? 0 : level;
}

void WikiExtractorDocuments::line(const Line& line, DocumentSink& sink) {
  const std::string_view text = stripped(line.text);
  if (line.begins && text.starts_with("<doc ") && text.ends_with('>')) {
    if (state_ != kOutside) throw DataError("<doc> within a document");
    sink.begin_document();
    state_ = kTitle;
  } else if (line.begins && text == "</doc>") {
    if (state_ == kOutside) throw DataError("</doc> without <doc>");
    state_ = kOutside;
  } else if (!text.empty()) {
    if (state_ == kOutside) throw DataError("text outside <doc ...> and </doc>");
    if (state_ == kText) sink.sentence(text);
    if (line.ends) state_ = kText;  // behind the title
  }
}

void WikiExtractorDocuments::end(DocumentSink&) {
  if (state_ != kOutside) throw DataError("the last <doc> has no </doc>");
}

void WikiTextDocuments::line(const Line& line, DocumentSink& sink) {
  const std::string_view text = stripped(line.text);
  if (text.empty()) return;
  const int level = line.begins && line.ends ? heading_level(text) : 0;
  if (level == 1) open_ = false;
  if (level > 0) return;
  if (!std::exchange(open_, true)) sink.begin_document();
  sink.sentence(text);
}

}  // namespace yoso::data
