#pragma once

#include <string_view>

namespace yoso::data {

/// Takes the documents of a text, sentence by sentence.
class DocumentSink {
 public:
  virtual ~DocumentSink() = default;

  /// Ends the document before it, if one is open.
  virtual void begin_document() = 0;
  /// `text` lies between ends of lines; without white space around it, and not empty.
  virtual void sentence(std::string_view text) = 0;
};

}  // namespace yoso::data
