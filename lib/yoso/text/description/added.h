#pragma once

#include "yoso/text/description/description.h"
#include "yoso/text/description/json_file.h"

namespace yoso::text {

/// The files that name added tokens.
struct AddedTokenFiles {
  const JsonFile &config, &whole, &map, &added;
};

/// Every added token once, in the order of their ids, those without an id last, and the names of
/// special tokens ("cls_token") that the files give. DataError: a token has two ids.
void read_added_tokens(const AddedTokenFiles& files, TokenizerDescription& description);

}  // namespace yoso::text
