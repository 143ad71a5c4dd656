#pragma once

#include <string>

#include "yoso/data/corpus/registry.h"

namespace yoso::data {

/// A JSON object a line, a document each: its text under one key, in which a sentence ends at a
/// line end. DataError: a line that is no object, or one without a text there.
class JsonLines : public DocumentFormat {
 public:
  explicit JsonLines(const config::SourceConfig& source) : key_(source.text_field) {}
  void line(const Line& line, DocumentSink& sink) override;

 private:
  std::string key_;
};

}  // namespace yoso::data
