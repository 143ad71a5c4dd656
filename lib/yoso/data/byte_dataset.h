#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace yoso {
class MappedFile;
}

namespace yoso::data {

/// Labelled examples of one-byte symbols: bytes of text, gray levels, the symbols of ListOps. An
/// example holds one text, or two of a pair. In memory, or in a file of prepared examples
/// (byte_file.h). batching/collate.h makes batches of them.
class ByteDataset {
 public:
  using Token = uint8_t;

  struct Layout {
    int64_t texts = 1;     // per example: 1, or 2 for pairs
    int64_t first_id = 0;  // id = symbol + first_id; 1 keeps id 0 for padding
    bool operator==(const Layout&) const = default;
  };

  /// What a file of prepared examples holds, for the constructor below.
  struct Mapped {
    std::shared_ptr<const MappedFile> file;
    const Token* tokens = nullptr;
    const uint64_t* ends = nullptr;  // examples · texts + 1, the first of them 0
    const int64_t* labels = nullptr;
    int64_t examples = 0;
  };

  ByteDataset() = default;
  explicit ByteDataset(Layout layout) : layout_(layout) {}
  ByteDataset(Layout layout, Mapped mapped);

  /// Appends an example of one text, of two texts, or all of `others`, which has the same layout.
  /// std::invalid_argument when the number of texts is not that of the layout. In memory only.
  void add(std::span<const Token> tokens, int64_t label);
  void add(std::span<const Token> first, std::span<const Token> second, int64_t label);
  void append(const ByteDataset& others);

  /// From now on texts end after `max_length` symbols.
  void cut(int64_t max_length) { max_length_ = max_length; }

  const Layout& layout() const { return layout_; }
  int64_t size() const { return mapped_.file ? mapped_.examples : own_examples(); }
  /// Symbols of all texts, after `cut`.
  int64_t total_tokens() const;
  /// The symbols of text number `text` of an example, after `cut`: [length].
  std::span<const Token> tokens(int64_t example, int64_t text = 0) const {
    const int64_t i = example * layout_.texts + text;
    const uint64_t* ends = mapped_.file ? mapped_.ends : ends_.data();
    const Token* all = mapped_.file ? mapped_.tokens : tokens_.data();
    const uint64_t length = ends[i + 1] - ends[i];
    return {all + ends[i], std::min(length, static_cast<uint64_t>(max_length_))};
  }
  int64_t label(int64_t example) const {
    return mapped_.file ? mapped_.labels[example] : labels_[example];
  }

  /// The length of each example, of its longer text for pairs: [size()].
  std::vector<int32_t> lengths() const;

  /// How many texts `cut` shortens.
  int64_t cut_texts() const;

  /// The number of examples of each class. std::out_of_range for a label that is not below
  /// `classes`.
  std::vector<int64_t> class_counts(int64_t classes) const;

  /// 64 bits that change with any token, label or the order of examples; the same in memory and
  /// mapped.
  uint64_t checksum() const;

 private:
  int64_t own_examples() const { return static_cast<int64_t>(labels_.size()); }

  Layout layout_;
  Mapped mapped_;  // without a file: the examples are in the vectors below
  std::vector<Token> tokens_;
  std::vector<uint64_t> ends_ = {0};  // text i is tokens_[ends_[i], ends_[i + 1])
  std::vector<int64_t> labels_;
  int64_t max_length_ = INT64_MAX;
};

}  // namespace yoso::data
