#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "yoso/data/texts/text_examples.h"

namespace yoso::data {

/// Every label of the examples once, in numerical order where all are whole numbers, else by their
/// bytes.
std::vector<std::string> labels_of(const TextExamples& texts);

/// Groups of labels that differ in case (of ASCII), in the spaces around them or in how they write
/// one number (1, 1.0) alone.
std::vector<std::vector<std::string>> near_equal_labels(const std::vector<std::string>& labels);

/// Whether a label is one of the words that pandas and databases write for a missing value.
bool is_missing_word(std::string_view label);

}  // namespace yoso::data
