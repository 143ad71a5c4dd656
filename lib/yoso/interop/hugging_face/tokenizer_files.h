#pragma once

#include <map>
#include <string>

#include "yoso/text/tokenizer.h"

namespace yoso::interop {

/// A tokenizer as files that go with a model.
struct TokenizerFiles {
  std::string kind;  // "bert", as in KIND:PATH
  std::string name;  // of the file that PATH is within their folder; empty: the folder itself
  text::TokenizerOptions options;
  std::map<std::string, std::string> files;  // content by name

  /// KIND:PATH for these files in a folder.
  std::string in_folder(const std::string& folder) const;

  /// Writes them all. SystemError.
  void write(const std::string& folder) const;
};

/// The tokenizer of a Hugging Face folder, chosen by the files that are there rather than by the
/// class that its configuration names. A WordPiece vocabulary inside tokenizer.json becomes a
/// vocab.txt. DataError: there is none, or it is damaged; UsageError: it is of a kind that is not
/// known, or treats text in a way that is not.
TokenizerFiles find_tokenizer_files(const std::string& folder);

/// The files behind KIND:PATH, with what Hugging Face keeps beside them. DataError where they
/// cannot be read.
TokenizerFiles tokenizer_files_of(const std::string& tokenizer,
                                  const text::TokenizerOptions& options);

/// A tokenizer_config.json for files that have none.
std::string tokenizer_config_text(const TokenizerFiles& files, int64_t max_length);

}  // namespace yoso::interop
