#include "yoso/text/byte_level/merges.h"

#include <algorithm>
#include <bit>
#include <queue>
#include <tuple>

namespace yoso::text {
namespace {

constexpr uint32_t kNoRank = UINT32_MAX;
constexpr uint64_t kNoPair = UINT64_MAX;
constexpr size_t kShort = 48;  // symbols of a piece below which looking at all pairs is quickest

uint64_t pair_of(TokenId left, TokenId right) {
  return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
}

}  // namespace

ByteMerges::ByteMerges(std::span<const BytePairMerge> merges,
                       const std::array<TokenId, 256>& byte_ids)
    : byte_ids_(byte_ids) {
  const size_t size = std::bit_ceil(merges.size() * 2 + 1);
  shift_ = 64 - std::countr_zero(size);
  cells_.assign(size, {kNoPair, kNoRank});
  for (const BytePairMerge& merge : merges) {
    const uint64_t pair = pair_of(merge.left, merge.right);
    size_t at = (pair * 0x9e3779b97f4a7c15ULL) >> shift_;
    while (cells_[at].pair != kNoPair && cells_[at].pair != pair) at = (at + 1) & (size - 1);
    // Of a pair listed twice the later rank counts, as in the reference.
    cells_[at] = {pair, static_cast<uint32_t>(results_.size())};
    results_.push_back(merge.result);
  }
}

inline uint32_t ByteMerges::rank(TokenId left, TokenId right) const {
  const uint64_t pair = pair_of(left, right);
  size_t at = (pair * 0x9e3779b97f4a7c15ULL) >> shift_;
  while (cells_[at].pair != pair) {
    if (cells_[at].pair == kNoPair) return kNoRank;
    at = (at + 1) & (cells_.size() - 1);
  }
  return cells_[at].rank;
}

void ByteMerges::apply(std::string_view bytes, std::vector<TokenId>& ids) const {
  const auto byte_id = [this](char c) { return byte_ids_[static_cast<unsigned char>(c)]; };
  if (bytes.size() <= kShort) {
    std::array<TokenId, kShort> symbols;
    std::transform(bytes.begin(), bytes.end(), symbols.begin(), byte_id);
    merge_short(std::span(symbols).first(bytes.size()), ids);
  } else {
    std::vector<TokenId> symbols(bytes.size());
    std::transform(bytes.begin(), bytes.end(), symbols.begin(), byte_id);
    merge_long(symbols, ids);
  }
}

void ByteMerges::merge_short(std::span<TokenId> symbols, std::vector<TokenId>& ids) const {
  size_t count = symbols.size();
  std::array<uint32_t, kShort> ranks;  // of symbol i and the one behind it
  for (size_t i = 0; i + 1 < count; ++i) ranks[i] = rank(symbols[i], symbols[i + 1]);
  while (count > 1) {
    const auto lowest = std::min_element(ranks.begin(), ranks.begin() + (count - 1));
    if (*lowest == kNoRank) break;
    const size_t i = lowest - ranks.begin();
    symbols[i] = results_[*lowest];
    std::copy(symbols.begin() + i + 2, symbols.begin() + count, symbols.begin() + i + 1);
    std::copy(ranks.begin() + i + 1, ranks.begin() + (count - 1), ranks.begin() + i);
    --count;
    if (i > 0) ranks[i - 1] = rank(symbols[i - 1], symbols[i]);
    if (i + 1 < count) ranks[i] = rank(symbols[i], symbols[i + 1]);
  }
  ids.insert(ids.end(), symbols.begin(), symbols.begin() + count);
}

void ByteMerges::merge_long(std::span<TokenId> symbols, std::vector<TokenId>& ids) const {
  constexpr TokenId kGone = -1;
  const size_t count = symbols.size();
  std::vector<size_t> next(count), previous(count);
  struct Candidate {
    uint32_t rank;
    size_t at;
    TokenId left, right;
    bool operator>(const Candidate& other) const {
      return std::tie(rank, at) > std::tie(other.rank, other.at);
    }
  };
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
  const auto push = [&](size_t at) {
    if (next[at] == count) return;
    const Candidate candidate{rank(symbols[at], symbols[next[at]]), at, symbols[at],
                              symbols[next[at]]};
    if (candidate.rank != kNoRank) queue.push(candidate);
  };
  for (size_t i = 0; i < count; ++i) {
    next[i] = i + 1;
    previous[i] = i - 1;
  }
  for (size_t i = 0; i < count; ++i) push(i);
  while (!queue.empty()) {
    const Candidate best = queue.top();
    queue.pop();
    const size_t at = best.at, behind = next[at];
    // Symbols change only by growing, so a candidate whose symbols are still there still holds.
    if (symbols[at] != best.left || behind == count || symbols[behind] != best.right) continue;
    symbols[at] = results_[best.rank];
    symbols[behind] = kGone;
    next[at] = next[behind];
    if (next[at] != count) previous[next[at]] = at;
    if (at > 0) push(previous[at]);
    push(at);
  }
  std::copy_if(symbols.begin(), symbols.end(), std::back_inserter(ids),
               [](TokenId id) { return id != kGone; });
}

}  // namespace yoso::text
