#pragma once

#include <map>
#include <string>

#include "yoso/text/tokenizer.h"

namespace yoso::interop {

/// The files of a tokenizer, to be written beside a model.
struct TokenizerFiles {
  std::string kind;  // "bert", as in KIND:PATH
  std::string name;  // PATH within the folder of the files; empty: the folder itself
  text::TokenizerOptions options;
  std::map<std::string, std::string> files;  // content by file name

  /// KIND:PATH for these files in a folder.
  std::string in_folder(const std::string& folder) const;

  /// Writes all files. SystemError when they cannot be written.
  void write(const std::string& folder) const;
};

/// The tokenizer of a Hugging Face folder. Its kind follows from the files in the folder, not from
/// the class that the configuration names; what else they say is read by the tokenizer itself
/// (text/description). DataError: there is no tokenizer, or it is damaged. UsageError: its kind is
/// not supported.
TokenizerFiles find_tokenizer_files(const std::string& folder);

/// The files of KIND:PATH, with the configuration files of Hugging Face beside them. DataError when
/// they cannot be read.
TokenizerFiles tokenizer_files_of(const std::string& tokenizer,
                                  const text::TokenizerOptions& options);

/// The text of a tokenizer_config.json for files that have none. `max_length`: in tokens.
std::string tokenizer_config_text(const TokenizerFiles& files, int64_t max_length);

}  // namespace yoso::interop
