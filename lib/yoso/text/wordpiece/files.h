#pragma once

#include <string>
#include <vector>

#include "yoso/config/corpus.h"
#include "yoso/text/description/description.h"

namespace yoso::text {

/// The content of a WordPiece tokenizer's files.
struct WordPieceFiles {
  std::string path;                 // of the vocabulary, for messages
  std::vector<std::string> tokens;  // by id, added ones included
  size_t vocabulary = 0;            // how many of them words are cut into
  TokenizerDescription description;
  bool cased = false;  // the published rules, of cased models
  bool basic = true;   // the rules are published ones
};

/// Reads a vocab.txt, a tokenizer.json, or those of a folder (vocab.txt wins), with the files beside
/// it. DataError: missing, damaged or of another kind. UsageError: as describe_tokenizer.
WordPieceFiles read_word_piece_files(const std::string& path,
                                     const config::TokenizerOptions& options);

}  // namespace yoso::text
