#pragma once

#include "yoso/text/token_id.h"

namespace yoso::text {

/// The ids of special tokens; kNoToken where a vocabulary has none.
struct SpecialTokens {
  TokenId first = kNoToken;      // [CLS], <s>
  TokenId separator = kNoToken;  // [SEP], </s>
  TokenId mask = kNoToken;
  TokenId pad = kNoToken;
  TokenId unknown = kNoToken;

  bool contains(TokenId id) const {
    return id == first || id == separator || id == mask || id == pad || id == unknown;
  }
};

/// The names of special tokens that a kind has where a folder names none.
struct SpecialNames {
  const char *first = "", *separator = "", *mask = "", *pad = "", *unknown = "";
};

}  // namespace yoso::text
