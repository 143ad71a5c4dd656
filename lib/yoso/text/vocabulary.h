#pragma once

#include <string>
#include <vector>

#include "yoso/text/description/description.h"
#include "yoso/text/special_tokens.h"

namespace yoso::text {

/// Gives every added token its id: that of the files, that of the vocabulary, or the next free one;
/// new ones are appended to `tokens`. DataError `PATH: ...` where an id belongs to another token or
/// leaves a gap.
void place_added_tokens(std::vector<AddedToken>& added, std::vector<std::string>& tokens,
                        const std::string& path);

/// The ids of special tokens in a vocabulary, the first of equal tokens; kNoToken where there is
/// none of the name.
SpecialTokens find_special(const std::vector<std::string>& tokens, const SpecialNames& names,
                           const TokenizerDescription& description);

/// Whether any token is looked for in the normalised text.
bool any_normalized(const std::vector<AddedToken>& tokens);

/// A checksum of what a description changes of the ids: the steps, where they are not the published
/// ones, and the properties of added tokens; 0 where it changes nothing.
uint64_t rules_checksum(const TokenizerDescription& description, bool published_steps,
                        const SpecialTokens& special);

}  // namespace yoso::text
