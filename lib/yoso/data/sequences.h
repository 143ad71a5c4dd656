#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace yoso::data {

struct Batch;

/// Labelled token sequences of any lengths, held in memory one behind the other.
class Sequences {
 public:
  using Token = uint16_t;

  void add(std::span<const Token> tokens, int64_t label);
  void append(const Sequences& others);
  void reserve(int64_t rows, int64_t tokens);

  int64_t size() const { return static_cast<int64_t>(labels_.size()); }
  int64_t total_tokens() const { return static_cast<int64_t>(tokens_.size()); }
  std::span<const Token> tokens(int64_t row) const {
    return std::span(tokens_).subspan(ends_[row], ends_[row + 1] - ends_[row]);
  }
  int64_t label(int64_t row) const { return labels_[row]; }

  /// Rows of each class; labels must be below `classes`.
  std::vector<int64_t> class_counts(int64_t classes) const;

  /// 64 bits that change with any token, label or the order of rows.
  uint64_t checksum() const;

  /// The rows `indices`, padded with 0 to the longest of them; `first_row` is the place of the
  /// first one in the step's global batch.
  Batch collate(std::span<const int64_t> indices, int64_t first_row) const;

 private:
  std::vector<Token> tokens_;
  std::vector<size_t> ends_ = {0};  // row i is tokens_[ends_[i], ends_[i + 1])
  std::vector<int64_t> labels_;
};

}  // namespace yoso::data
