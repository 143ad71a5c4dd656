#include "yoso/data/token_dataset.h"

#include "yoso/util/checksum.h"

namespace yoso::data {

void TokenDataset::add(TokenSpan example, double label, uint8_t part) {
  if (!example.types.empty()) types_.resize(tokens_.size(), 0);
  tokens_.insert(tokens_.end(), example.tokens.begin(), example.tokens.end());
  types_.insert(types_.end(), example.types.begin(), example.types.end());
  if (!types_.empty()) types_.resize(tokens_.size(), 0);
  ends_.push_back(tokens_.size());
  labels_.push_back(label);
  parts_.push_back(part);
  many_parts_ |= part != 0;
}

TokenSpan TokenDataset::example(int64_t index) const {
  const uint64_t begin = ends_[index], size = ends_[index + 1] - begin;
  TokenSpan span{std::span(tokens_).subspan(begin, size), {}};
  if (!types_.empty()) span.types = std::span(types_).subspan(begin, size);
  return span;
}

std::vector<int32_t> TokenDataset::lengths() const {
  std::vector<int32_t> lengths(size());
  for (int64_t i = 0; i < size(); ++i) lengths[i] = static_cast<int32_t>(ends_[i + 1] - ends_[i]);
  return lengths;
}

uint64_t TokenDataset::checksum() const {
  Checksum sum;
  const auto add = [&sum](const auto& values) {
    const uint64_t count = values.size();
    sum.add(&count, sizeof count);
    sum.add(values.data(), values.size() * sizeof values[0]);
  };
  add(ends_);
  add(tokens_);
  add(types_);
  add(labels_);
  add(parts_);
  return sum.value();
}

}  // namespace yoso::data
