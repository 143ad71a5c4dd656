#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "yoso/text/token_id.h"

namespace yoso::text {

/// Finds the longest of many strings that a text begins with.
class PrefixTree {
 public:
  /// Strings and their ids; an empty string is left out. Of equal strings the last counts.
  explicit PrefixTree(std::vector<std::pair<std::string_view, TokenId>> strings);

  struct Match {
    TokenId id = kNoToken;  // kNoToken: none
    size_t length = 0;      // bytes
  };
  /// The longest string that `text` begins with.
  Match longest(std::string_view text) const;

 private:
  // Nodes are numbered level by level, so that the children of one are neighbours.
  std::vector<uint32_t> first_child_;  // of node i; its last one is before first_child_[i + 1]
  std::vector<char> label_;            // the byte that leads to node i
  std::vector<TokenId> id_;            // of the string that ends at node i
  uint32_t root_child_[256] = {};      // 0: none (0 is the root itself)
};

}  // namespace yoso::text
