#pragma once

#include "yoso/data/corpus/registry.h"

namespace yoso::data {

/// The number of `=` on each side of a heading, with spaces between them as in WikiText or without;
/// 0 for other lines. `line`: without white space around it.
int heading_level(std::string_view line);

/// Output of WikiExtractor: `<doc id=... title=...>`, the title, paragraphs, `</doc>`. The title is
/// left out. DataError: text outside documents, or a document that never ends.
class WikiExtractorDocuments : public DocumentFormat {
 public:
  explicit WikiExtractorDocuments(const config::SourceConfig&) {}
  void line(const Line& line, DocumentSink& sink) override;
  void end(DocumentSink& sink) override;

 private:
  enum { kOutside, kTitle, kText } state_ = kOutside;
};

/// WikiText: ` = Title = ` begins a document, ` = = Section = = ` a section of it; neither line is
/// part of the text. Text before the first title is a document too.
class WikiTextDocuments : public DocumentFormat {
 public:
  explicit WikiTextDocuments(const config::SourceConfig&) {}
  void line(const Line& line, DocumentSink& sink) override;

 private:
  bool open_ = false;
};

}  // namespace yoso::data
