#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/data/texts/text_rows.h"

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

/// The rows of a file, or of a folder that has a folder for each label with a text a file (in the
/// order of labels, then of names; only of `labels` where these are given). `labelled` false: the
/// label is not looked for.
///
/// DataError names file and line: not there, no rows, a column or key that is missing, a wrong
/// number of fields, no JSON object, no UTF-8. UsageError: a column that is no number without
/// header.
TextRows read_texts(const std::string& path, const TextLayout& layout, bool labelled,
                    const std::vector<std::string>& labels = {});

/// Texts without labels, to be predicted: `content` is JSON lines where its first line begins with
/// `{`, tab-separated with a header where that names the columns of the layout, and else a text a
/// line, two of a pair with a tab between them. `path` is for messages. DataError as above.
TextRows read_plain(const std::string& path, std::string_view content, const TextLayout& layout);

/// Every label of the rows once, in numerical order where all are whole numbers, else by their
/// bytes.
std::vector<std::string> labels_of(const TextRows& rows);

}  // namespace yoso::data
