#pragma once

#include <string>
#include <string_view>

#include "yoso/data/corpus/registry.h"

namespace yoso::data {

/// A JSON object a line, a document each: its text under one key, in which a sentence ends at a
/// line end. Other lines are bad rows.
class JsonLines : public DocumentFormat {
 public:
  explicit JsonLines(const config::SourceConfig& source) : key_(source.text_field) {}
  void line(const Line& line, DocumentSink& sink) override;

 private:
  std::string key_;
};

/// One JSON array of such objects, over any number of lines. It is read object by object, so memory
/// does not grow with it. DataError: text behind the array.
class JsonArray : public DocumentFormat {
 public:
  explicit JsonArray(const config::SourceConfig& source) : key_(source.text_field) {}
  void line(const Line& line, DocumentSink& sink) override;
  void end(DocumentSink& sink) override;

 private:
  void take(char c, int64_t line);
  void end_element(DocumentSink& sink);

  std::string key_;
  std::string element_;  // as far as it was read
  int64_t begin_ = 0;    // its first line
  int64_t last_ = 0;     // the last line read
  int64_t depth_ = 0;    // of brackets within it
  bool in_string_ = false, escaped_ = false;
  enum { kBefore, kWithin, kBehind } state_ = kBefore;
};

}  // namespace yoso::data
