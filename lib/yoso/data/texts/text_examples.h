#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yoso::data {

/// One example of a task on texts, as a file holds it.
struct TextExample {
  std::string text;
  std::string second;    // of a pair; else empty
  std::string label;     // as written; empty where the file has none
  int64_t index = 0;     // the file's own number of the example, else its position from 0
  std::string location;  // "FILE:LINE", for messages
};

/// The examples of a file.
struct TextExamples {
  std::string path;
  std::vector<TextExample> examples;
  int64_t blank = 0;      // empty lines passed over
  int64_t malformed = 0;  // examples left out for their number of fields
};

}  // namespace yoso::data
