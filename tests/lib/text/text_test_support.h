#pragma once

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "support/shared_data.h"
#include "yoso/text/registry.h"

namespace yoso::text::testing {

/// tests/golden/tokenizers/NAME.
inline nlohmann::json golden(const std::string& name) {
  std::ifstream file(yoso::testing::source_dir() + "/tests/golden/tokenizers/" + name);
  return nlohmann::json::parse(file);
}

/// The tokenizer of a golden's variant ("bert", "bert cased") in a folder with one folder a kind.
inline std::unique_ptr<Tokenizer> load_variant(const std::string& variant,
                                               const std::string& folder) {
  const std::string kind = variant.substr(0, variant.find(' '));
  TokenizerOptions options;
  options.cased = variant.ends_with(" cased");
  options.keep_accents = variant.ends_with(" keep_accents");
  options.prefix_space = variant.ends_with(" prefix_space");
  return load_tokenizer(kind + ":" + folder + "/" + kind, options);
}

/// The folder of small vocabularies.
inline std::string small_tokenizers() { return yoso::testing::sample("tokenizers"); }

}  // namespace yoso::text::testing
