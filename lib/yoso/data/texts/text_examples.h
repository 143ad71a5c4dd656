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
  /// What the reader decided or left out, a line each for the user: remarks are for the record,
  /// warnings for what may be a mistake.
  std::vector<std::string> remarks, warnings;
};

/// Whether an example has nothing to read: its texts are empty or spaces.
inline bool is_blank(const TextExample& example) {
  constexpr const char* kSpaces = " \t\r\n\v\f";
  return example.text.find_first_not_of(kSpaces) == std::string::npos &&
         example.second.find_first_not_of(kSpaces) == std::string::npos;
}

}  // namespace yoso::data
