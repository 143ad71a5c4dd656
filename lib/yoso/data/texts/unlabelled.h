#pragma once

#include <array>

#include "yoso/data/texts/layout.h"
#include "yoso/data/texts/text_examples.h"
#include "yoso/data/texts/text_file.h"

namespace yoso::data {

/// What a file of texts to predict is; automatic: found by name and content.
enum class InputFormat { automatic, lines, tsv, csv, jsonl, json };
constexpr auto names_of(InputFormat) {
  return std::array{"auto", "lines", "tsv", "csv", "jsonl", "json"};
}

/// Texts without labels, to be predicted, by the layout that a model was trained on. One example
/// for each line of a file of lines, for each record of a table (its header aside) and for each
/// JSON object, in order: `index` counts them from 0, empty lines included, which become examples
/// without text (is_blank).
///
/// Automatic:
/// - JSON, where name or content say so (recognise_writing);
/// - a table, where its first line names the columns of the layout, or the name ends in .csv, .tsv
///   or .tab, or, for a layout without header, where the first line has several fields;
/// - otherwise one text a line, or the two of a pair with a tab between them.
///
/// DataError names file and line: as read_labelled_texts; and where lines look like a table of
/// other columns than the layout's, with the ways out (--text, --second, --format).
TextExamples read_unlabelled_texts(const TextFile& file, const TextLayout& layout,
                                   InputFormat format = InputFormat::automatic);

}  // namespace yoso::data
