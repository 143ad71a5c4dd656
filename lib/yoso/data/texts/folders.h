#pragma once

#include <string>
#include <vector>

#include "yoso/data/texts/text_examples.h"

namespace yoso::data {

/// Reads a folder with one folder a label and one file a text, in the order of labels, then of
/// names; only those of `labels` where these are given. Hidden files and folders (.gitkeep, ._1.txt,
/// .ipynb_checkpoints) are passed over; what else is not read, warnings say. DataError names the
/// file: no text, no UTF-8, or no folder for a label.
void read_folders(const std::string& path, const std::vector<std::string>& labels,
                  TextExamples& texts);

}  // namespace yoso::data
