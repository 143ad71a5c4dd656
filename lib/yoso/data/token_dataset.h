#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace yoso::data {

/// The tokens of one example.
struct TokenSpan {
  std::span<const int32_t> tokens;
  std::span<const uint8_t> types;  // of each token; empty: all 0
};

/// Examples as token ids with special tokens, ready for a model, each with a label: a class, or a
/// number to be predicted. batching/collate.h makes batches of them.
class TokenDataset {
 public:
  using TokenId = int32_t;

  /// Examples of different `part` are scored apart (MNLI: matched 0, mismatched 1).
  void add(TokenSpan example, double label, uint8_t part = 0);

  int64_t size() const { return static_cast<int64_t>(labels_.size()); }
  int64_t total_tokens() const { return static_cast<int64_t>(tokens_.size()); }
  /// Valid until the next add().
  TokenSpan example(int64_t index) const;
  double label(int64_t example) const { return labels_[example]; }
  uint8_t part(int64_t example) const { return parts_[example]; }
  bool has_parts() const { return many_parts_; }
  /// Tokens of each example: [size()].
  std::vector<int32_t> lengths() const;

  /// Changes with any token, type, label, part or the order of examples.
  uint64_t checksum() const;

 private:
  std::vector<TokenId> tokens_;
  std::vector<uint8_t> types_;        // of each token; empty: no example has types
  std::vector<uint64_t> ends_ = {0};  // example i is [ends_[i], ends_[i + 1])
  std::vector<double> labels_;
  std::vector<uint8_t> parts_;
  bool many_parts_ = false;
};

}  // namespace yoso::data
