#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "yoso/text/byte_level/files.h"

namespace yoso::text {

/// Byte-pair merging of one piece: of all neighbours that may be merged those of the lowest rank,
/// the first of equals, become one, until none is left.
class ByteMerges {
 public:
  /// `byte_ids[b]` is the token of the single byte b.
  ByteMerges(std::span<const BytePairMerge> merges, const std::array<TokenId, 256>& byte_ids);

  /// Appends the ids of `bytes`. May be called from several threads.
  void apply(std::string_view bytes, std::vector<TokenId>& ids) const;

 private:
  struct Cell {
    uint64_t pair;
    uint32_t rank;
  };

  uint32_t rank(TokenId left, TokenId right) const;
  void merge_short(std::span<TokenId> symbols, std::vector<TokenId>& ids) const;
  void merge_long(std::span<TokenId> symbols, std::vector<TokenId>& ids) const;

  std::array<TokenId, 256> byte_ids_;
  std::vector<TokenId> results_;  // by rank
  std::vector<Cell> cells_;       // open addressing; the size is a power of two
  int shift_ = 0;
};

}  // namespace yoso::text
