#include "yoso/data/token_rows.h"

#include <ATen/ops/empty.h>

#include "yoso/util/checksum.h"

namespace yoso::data {

void TokenRows::add(TokenSpan row, double label, uint8_t part) {
  if (!row.types.empty()) types_.resize(tokens_.size(), 0);
  tokens_.insert(tokens_.end(), row.tokens.begin(), row.tokens.end());
  types_.insert(types_.end(), row.types.begin(), row.types.end());
  if (!types_.empty()) types_.resize(tokens_.size(), 0);
  ends_.push_back(tokens_.size());
  labels_.push_back(label);
  parts_.push_back(part);
  many_parts_ |= part != 0;
}

TokenSpan TokenRows::row(int64_t row) const {
  const uint64_t begin = ends_[row], size = ends_[row + 1] - begin;
  TokenSpan span{std::span(tokens_).subspan(begin, size), {}};
  if (!types_.empty()) span.types = std::span(types_).subspan(begin, size);
  return span;
}

std::vector<int32_t> TokenRows::lengths() const {
  std::vector<int32_t> lengths(size());
  for (int64_t i = 0; i < size(); ++i) lengths[i] = static_cast<int32_t>(ends_[i + 1] - ends_[i]);
  return lengths;
}

uint64_t TokenRows::checksum() const {
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

Batch TokenRows::collate(std::span<const int64_t> indices, int64_t first_row, Padding padding,
                         bool numbers) const {
  const auto rows = static_cast<int64_t>(indices.size());
  std::vector<TokenSpan> spans;
  spans.reserve(indices.size());
  for (const int64_t index : indices) spans.push_back(row(index));
  Batch batch;
  pad_tokens(batch, spans, padding.id, first_row, padding.width);
  batch.weight = rows;
  batch.labels = at::empty({rows}, numbers ? at::kFloat : at::kLong);
  if (many_parts_) batch.parts = at::empty({rows}, at::kByte);
  for (int64_t i = 0; i < rows; ++i) {
    const double label = labels_[indices[i]];
    if (numbers) {
      batch.labels.mutable_data_ptr<float>()[i] = static_cast<float>(label);
    } else {
      batch.labels.mutable_data_ptr<int64_t>()[i] = static_cast<int64_t>(label);
    }
    if (many_parts_) batch.parts.mutable_data_ptr<uint8_t>()[i] = parts_[indices[i]];
  }
  return batch;
}

}  // namespace yoso::data
