#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "yoso/util/error.h"

namespace yoso::data {

/// A bad row that may not be passed over; the message begins with its place.
class BadRowError : public DataError {
 public:
  using DataError::DataError;
};

/// Takes the documents of a text, sentence by sentence.
class DocumentSink {
 public:
  virtual ~DocumentSink() = default;

  /// Ends the document before it, if one is open.
  virtual void begin_document() = 0;
  /// `text` lies between ends of lines; without white space around it, and not empty.
  virtual void sentence(std::string_view text) = 0;

  /// A row without text to take: `reason` is one of a few kinds ("NaN"), `what` the whole truth
  /// ("NaN is not JSON"). BadRowError unless such rows are to be passed over.
  virtual void bad_row(int64_t line, const std::string& reason, const std::string& what) = 0;
};

}  // namespace yoso::data
