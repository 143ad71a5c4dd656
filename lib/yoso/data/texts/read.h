#pragma once

#include <string>
#include <vector>

#include "yoso/data/texts/layout.h"
#include "yoso/data/texts/text_examples.h"

namespace yoso::data {

/// The labelled examples of a file (a table, JSON lines or a JSON array; TextFile, recognise.h), or
/// of a folder (folders.h; only those of `labels` where these are given).
///
/// DataError names file and line: a missing file, no text, no examples, a missing column or key, a
/// wrong number of fields, wrong quotes, the header once more, no JSON object, an empty label.
/// UsageError: without a header, a column that is no number.
TextExamples read_labelled_texts(const std::string& path, const TextLayout& layout,
                                 const std::vector<std::string>& labels = {});

}  // namespace yoso::data
