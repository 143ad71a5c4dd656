#pragma once

#include "yoso/data/corpus/registry.h"

namespace yoso::data {

/// Whether a byte is ASCII white space.
inline bool is_white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// The text without ASCII white space around it.
std::string_view stripped(std::string_view text);

/// A document ends at a blank line or at the end of the file.
class BlankLineDocuments : public DocumentFormat {
 public:
  explicit BlankLineDocuments(const config::SourceConfig&) {}
  void line(const Line& line, DocumentSink& sink) override;

 private:
  bool open_ = false;
};

/// Each file is a document; blank lines are ignored.
class FileDocuments : public DocumentFormat {
 public:
  explicit FileDocuments(const config::SourceConfig&) {}
  void line(const Line& line, DocumentSink& sink) override;

 private:
  bool open_ = false;
};

/// Each line is a document; blank ones are none.
class LineDocuments : public DocumentFormat {
 public:
  explicit LineDocuments(const config::SourceConfig&) {}
  void line(const Line& line, DocumentSink& sink) override;
};

/// One sentence a line without marks between documents: `document_lines` lines make a document.
class SentenceLines : public DocumentFormat {
 public:
  explicit SentenceLines(const config::SourceConfig& source) : lines_(source.document_lines) {}
  void line(const Line& line, DocumentSink& sink) override;

 private:
  int64_t lines_;
  int64_t left_ = 0;  // of the open document
};

}  // namespace yoso::data
