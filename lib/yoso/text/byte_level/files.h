#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "yoso/text/description/description.h"
#include "yoso/text/token_id.h"

namespace yoso::text {

/// Two tokens that become one; merges of lower rank are applied first.
struct BytePairMerge {
  TokenId left, right, result;
};

/// The content of the files of a byte-level BPE.
struct BytePairFiles {
  std::vector<std::string> tokens;    // by id, each byte written as the letter that stands for it
  std::vector<BytePairMerge> merges;  // by rank
  std::string path;                   // of the vocabulary, for messages
  TokenizerDescription description;
};

/// Reads `vocab.json` and `merges.txt`, or `tokenizer.json`. `path` is a folder with these files
/// (the first form wins), a `tokenizer.json`, or a `vocab.json` with its `merges.txt` beside it.
/// DataError names the line of merges.txt or the reason: a missing, damaged or other file.
/// UsageError: as describe_tokenizer.
BytePairFiles read_byte_pair_files(const std::string& path);

/// The code point that stands for a byte in such files: printable Latin-1 stands for itself, the
/// other 68 bytes, in order, are U+0100 to U+0143.
char32_t letter_of_byte(uint8_t byte);

}  // namespace yoso::text
