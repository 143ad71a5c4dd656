#include "yoso/text/registry.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/text/albert/albert.h"
#include "yoso/text/byte_level/byte_level_bpe.h"
#include "yoso/text/wordpiece/wordpiece.h"
#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::text {
namespace {

template <class T>
std::unique_ptr<Tokenizer> make(const std::string& path, const TokenizerOptions& options) {
  return std::make_unique<T>(path, options);
}

constexpr TokenizerKind kKinds[] = {
    {"albert", "sentencepiece model (spiece.model), uncased", "keep_accents", make<Albert>},
    {"bert", "WordPiece: vocab.txt, tokenizer.json, or a folder with one", "cased max_word_chars",
     make<WordPiece>},
    {"roberta", "byte-level BPE: folder with vocab.json and merges.txt, or a tokenizer.json",
     "prefix_space", make<ByteLevelBpe>},
};

void check_options(const TokenizerKind& kind, const TokenizerOptions& options) {
  for (const config::Difference& difference :
       config::differences(config::write(TokenizerOptions()), config::write(options))) {
    std::istringstream known(kind.options);
    const bool good = std::any_of(std::istream_iterator<std::string>(known), {},
                                  [&](const std::string& key) { return key == difference.key; });
    if (!good) {
      throw UsageError("the tokenizer option " + difference.key + " is not one of " + kind.name +
                       " (it has " + kind.options + ")");
    }
  }
}

}  // namespace

std::span<const TokenizerKind> tokenizer_kinds() { return kKinds; }

std::unique_ptr<Tokenizer> load_tokenizer(const std::string& name,
                                          const TokenizerOptions& options) {
  const size_t colon = name.find(':');
  std::vector<std::string> known;
  for (const TokenizerKind& kind : kKinds) known.emplace_back(kind.name);
  if (colon == std::string::npos || colon + 1 == name.size()) {
    throw UsageError("tokenizer `" + name + "`: expected KIND:PATH, where KIND is " +
                     join_choices(known));
  }
  const std::string kind_name = name.substr(0, colon);
  for (const TokenizerKind& kind : kKinds) {
    if (kind_name != kind.name) continue;
    check_options(kind, options);
    return kind.load(name.substr(colon + 1), options);
  }
  throw UsageError("tokenizer `" + name + "`: unknown kind `" + kind_name + "`" +
                   config::did_you_mean(kind_name, known) + ", expected " + join_choices(known));
}

}  // namespace yoso::text
