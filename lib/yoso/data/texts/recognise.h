#pragma once

#include <string>
#include <vector>

#include "yoso/data/texts/layout.h"
#include "yoso/data/texts/record_splitter.h"
#include "yoso/data/texts/text_file.h"

namespace yoso::data {

/// What the content of a file is written in.
enum class Writing { table, json_lines, json_array };

/// By the layout's format, else by the name (.csv, .tsv, .jsonl, .ndjson, .json; also of compressed
/// files), else by the content: a first line that is a JSON object, or an array of objects, is
/// JSON; anything else a table. Whether JSON is lines or an array, the content says.
Writing recognise_writing(const TextFile& file, TextFormat format);

/// Whether the name says that the file is a table (.csv, .tsv, .tab).
bool named_as_table(const std::string& path);

/// How a table is written. `columns` are the ones that it must have: names, or numbers from 1 where
/// `header` is false.
///
/// - Delimiter: tab (format tsv); comma, semicolon or tab (csv); automatic: any of them, comma
///   first where the name ends in .csv. The first that gives all columns, else more than one field.
/// - Quotes: text for tsv; RFC 4180 between commas and semicolons and for csv; between tabs RFC
///   4180 where at least one field is quoted and all of the file agrees, else text.
///
/// Adds to `remarks` and `warnings` (TextExamples) what was decided.
TableStyle recognise_table(const TextFile& file, TextFormat format, bool header,
                           const std::vector<std::string>& columns,
                           std::vector<std::string>& remarks, std::vector<std::string>& warnings);

}  // namespace yoso::data
