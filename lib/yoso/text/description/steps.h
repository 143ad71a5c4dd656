#pragma once

#include "yoso/text/description/description.h"
#include "yoso/text/description/json_file.h"

namespace yoso::text {

/// The steps of `normalizer` in a tokenizer.json. UsageError names a type, or the value of a key,
/// that is not done here.
std::vector<Normalizer::Step> normalizer_steps(const JsonFile& whole);

/// The steps of `pre_tokenizer`; `byte_level` is set where the last one is ByteLevel. UsageError.
std::vector<PreTokenizer::Step> pre_tokenizer_steps(const JsonFile& whole,
                                                    std::optional<ByteLevelOptions>& byte_level);

/// Checks that `post_processor` puts tokens around texts as the kind does it here, or none.
/// `first`, `separator`: names of these tokens. UsageError.
void check_post_processor(const JsonFile& whole, const std::string& kind, const std::string& first,
                          const std::string& separator);

}  // namespace yoso::text
