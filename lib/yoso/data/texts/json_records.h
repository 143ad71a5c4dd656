#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "yoso/data/texts/text_file.h"

namespace yoso::data {

/// The objects of a text file, one a line or the elements of one array. Empty lines between them
/// are passed over, unless asked for.
class JsonRecords {
 public:
  /// `array`: the file is one array. The file must outlive the reader.
  JsonRecords(const TextFile& file, bool array) : file_(file), rest_(file.text()), array_(array) {}

  /// False behind the last object. DataError: what is there is no object, or not UTF-8.
  bool next();

  /// The same with empty lines as empty objects (never in an array).
  bool next_or_empty();

  /// Whether the present one stands for an empty line.
  bool empty() const { return empty_; }

  /// The text under a key of the present object; numbers and truth values as they are written.
  /// DataError: there is none, or something else.
  std::string text(const std::string& key) const;

  /// "FILE:LINE" where the present object begins.
  std::string location() const { return file_.path() + ":" + std::to_string(line_); }

  /// DataError `FILE:LINE: WHAT`.
  [[noreturn]] void refuse(const std::string& what) const;

  /// Empty lines passed over so far.
  int64_t blank() const { return blank_; }

 private:
  bool next_line();
  bool next_element();
  void skip_spaces();
  std::string_view take_value();
  void parse(std::string_view value);

  const TextFile& file_;
  std::string_view rest_;
  bool array_;
  bool open_ = false;       // within the array
  int64_t line_ = 0;        // where the present object begins
  int64_t lines_read_ = 0;  // line ends passed
  int64_t blank_ = 0;
  bool empty_ = false;
  nlohmann::json object_;
};

}  // namespace yoso::data
