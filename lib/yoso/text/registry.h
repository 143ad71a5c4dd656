#pragma once

#include <memory>
#include <span>
#include <string>

#include "yoso/text/tokenizer.h"

namespace yoso::text {

/// An entry of the table of tokenizers.
struct TokenizerKind {
  const char* name;
  const char* help;     // what its path is
  const char* options;  // names of TokenizerOptions that it has, separated by spaces
  std::unique_ptr<Tokenizer> (*load)(const std::string& path, const TokenizerOptions& options);
};

/// All of them, by name.
std::span<const TokenizerKind> tokenizer_kinds();

/// Loads what `KIND:PATH` names ("albert:spiece.model"). UsageError for an unknown kind, a text of
/// another form, or an option that the kind does not have; DataError for a file that is missing,
/// damaged or of another kind.
std::unique_ptr<Tokenizer> load_tokenizer(const std::string& name,
                                          const TokenizerOptions& options = {});

}  // namespace yoso::text
