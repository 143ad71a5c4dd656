#include "yoso/data/byte_dataset.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "yoso/data/example_checksum.h"
#include "yoso/util/file.h"

namespace yoso::data {

ByteDataset::ByteDataset(Layout layout, Mapped mapped)
    : layout_(layout), mapped_(std::move(mapped)) {}

void ByteDataset::add(std::span<const Token> tokens, int64_t label) {
  if (layout_.texts != 1) throw std::invalid_argument("ByteDataset: one text for a pair");
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  ends_.push_back(tokens_.size());
  labels_.push_back(label);
}

void ByteDataset::add(std::span<const Token> first, std::span<const Token> second, int64_t label) {
  if (layout_.texts != 2) throw std::invalid_argument("ByteDataset: two texts for a single one");
  for (const auto& text : {first, second}) {
    tokens_.insert(tokens_.end(), text.begin(), text.end());
    ends_.push_back(tokens_.size());
  }
  labels_.push_back(label);
}

void ByteDataset::append(const ByteDataset& others) {
  for (int64_t example = 0; example < others.size(); ++example) {
    for (int64_t text = 0; text < layout_.texts; ++text) {
      const auto tokens = others.tokens(example, text);
      tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
      ends_.push_back(tokens_.size());
    }
    labels_.push_back(others.label(example));
  }
}

int64_t ByteDataset::total_tokens() const {
  int64_t total = 0;
  for (int64_t example = 0; example < size(); ++example) {
    for (int64_t text = 0; text < layout_.texts; ++text)
      total += static_cast<int64_t>(tokens(example, text).size());
  }
  return total;
}

std::vector<int32_t> ByteDataset::lengths() const {
  std::vector<int32_t> lengths(size(), 0);
  for (int64_t example = 0; example < size(); ++example) {
    for (int64_t text = 0; text < layout_.texts; ++text)
      lengths[example] =
          std::max(lengths[example], static_cast<int32_t>(tokens(example, text).size()));
  }
  return lengths;
}

int64_t ByteDataset::cut_texts() const {
  const uint64_t* ends = mapped_.file ? mapped_.ends : ends_.data();
  int64_t count = 0;
  for (int64_t i = 0; i < size() * layout_.texts; ++i)
    count += ends[i + 1] - ends[i] > static_cast<uint64_t>(max_length_);
  return count;
}

std::vector<int64_t> ByteDataset::class_counts(int64_t classes) const {
  std::vector<int64_t> counts(classes, 0);
  for (int64_t example = 0; example < size(); ++example) ++counts.at(label(example));
  return counts;
}

uint64_t ByteDataset::checksum() const {
  data::ExampleChecksum sum;
  for (int64_t example = 0; example < size(); ++example) {
    for (int64_t text = 0; text < layout_.texts; ++text) sum.add_text(tokens(example, text));
    sum.end_example(label(example));
  }
  return sum.value();
}

}  // namespace yoso::data
