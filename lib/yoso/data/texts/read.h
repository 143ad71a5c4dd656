#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/data/texts/text_examples.h"

namespace yoso::data {

enum class TextFormat { automatic, tsv, jsonl, folders };
constexpr auto names_of(TextFormat) { return std::array{"auto", "tsv", "jsonl", "folders"}; }

/// How files of labelled texts are laid out.
struct TextLayout {
  TextFormat format = TextFormat::automatic;  // automatic: by the name
  bool header = true;         // tsv: the first line names the columns; else they are numbered
  std::string text = "text";  // columns, keys of objects
  std::string second;         // of pairs; empty: single texts
  std::string label = "label";
};

/// The examples of a file; or of a folder with one folder a label and one file a text, in the order
/// of labels, then of names (only those of `labels` where these are given). `labelled` false: the
/// label is not read.
///
/// DataError names file and line: a missing file, no examples, a missing column or key, a wrong
/// number of fields, no JSON object, no UTF-8. UsageError: without a header, a column that is no
/// number.
TextExamples read_texts(const std::string& path, const TextLayout& layout, bool labelled,
                        const std::vector<std::string>& labels = {});

/// Texts without labels, to be predicted. `path` is for messages; DataError as above. `content` is
/// - JSON lines, where its first line begins with `{`;
/// - tab-separated with a header, where that names the columns of the layout;
/// - otherwise one text a line, or two of a pair with a tab between them.
TextExamples read_plain(const std::string& path, std::string_view content,
                        const TextLayout& layout);

/// Every label of the examples once, in numerical order where all are whole numbers, else by their
/// bytes.
std::vector<std::string> labels_of(const TextExamples& texts);

}  // namespace yoso::data
