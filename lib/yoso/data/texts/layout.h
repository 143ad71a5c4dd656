#pragma once

#include <array>
#include <string>

namespace yoso::data {

enum class TextFormat { automatic, tsv, csv, jsonl, json, folders };
constexpr auto names_of(TextFormat) {
  return std::array{"auto", "tsv", "csv", "jsonl", "json", "folders"};
}

/// How files of labelled texts are laid out.
struct TextLayout {
  TextFormat format = TextFormat::automatic;  // automatic: by name and content
  bool header = true;         // tables: the first line names the columns; else they are numbered
  std::string text = "text";  // columns, keys of objects
  std::string second;         // of pairs; empty: single texts
  std::string label = "label";
};

}  // namespace yoso::data
