#include "yoso/data/corpus/plain_documents.h"

#include <utility>

namespace yoso::data {

std::string_view stripped(std::string_view text) {
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

void BlankLineDocuments::line(const Line& line, DocumentSink& sink) {
  const std::string_view text = stripped(line.text);
  if (text.empty()) {
    if (line.begins && line.ends) open_ = false;
    return;
  }
  if (!std::exchange(open_, true)) sink.begin_document();
  sink.sentence(text);
}

void FileDocuments::line(const Line& line, DocumentSink& sink) {
  const std::string_view text = stripped(line.text);
  if (text.empty()) return;
  if (!std::exchange(open_, true)) sink.begin_document();
  sink.sentence(text);
}

void LineDocuments::line(const Line& line, DocumentSink& sink) {
  const std::string_view text = stripped(line.text);
  if (line.begins) sink.begin_document();
  if (!text.empty()) sink.sentence(text);
}

void SentenceLines::line(const Line& line, DocumentSink& sink) {
  const std::string_view text = stripped(line.text);
  if (text.empty()) return;
  if (left_ == 0) {
    sink.begin_document();
    left_ = lines_;
  }
  sink.sentence(text);
  if (line.ends) --left_;
}

}  // namespace yoso::data
