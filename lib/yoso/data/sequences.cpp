#include "yoso/data/sequences.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <iterator>

#include "yoso/data/batch.h"
#include "yoso/util/checksum.h"

namespace yoso::data {

void Sequences::add(std::span<const Token> tokens, int64_t label) {
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  ends_.push_back(tokens_.size());
  labels_.push_back(label);
}

void Sequences::append(const Sequences& others) {
  const size_t start = tokens_.size();
  tokens_.insert(tokens_.end(), others.tokens_.begin(), others.tokens_.end());
  std::transform(others.ends_.begin() + 1, others.ends_.end(), std::back_inserter(ends_),
                 [start](size_t end) { return start + end; });
  labels_.insert(labels_.end(), others.labels_.begin(), others.labels_.end());
}

void Sequences::reserve(int64_t rows, int64_t tokens) {
  tokens_.reserve(tokens);
  ends_.reserve(rows + 1);
  labels_.reserve(rows);
}

std::vector<int64_t> Sequences::class_counts(int64_t classes) const {
  std::vector<int64_t> counts(classes, 0);
  for (int64_t label : labels_) ++counts.at(label);
  return counts;
}

uint64_t Sequences::checksum() const {
  Checksum sum;
  sum.add(ends_.data(), ends_.size() * sizeof(size_t));
  sum.add(labels_.data(), labels_.size() * sizeof(int64_t));
  sum.add(tokens_.data(), tokens_.size() * sizeof(Token));
  return sum.value();
}

Batch Sequences::collate(std::span<const int64_t> indices, int64_t first_row) const {
  const auto rows = static_cast<int64_t>(indices.size());
  size_t length = 0;
  Batch batch;
  for (int64_t row : indices) {
    length = std::max(length, tokens(row).size());
    batch.tokens += static_cast<int64_t>(tokens(row).size());
  }
  const auto width = static_cast<int64_t>(length);

  batch.input_ids = at::zeros({rows, width}, at::kLong);
  batch.labels = at::empty({rows}, at::kLong);
  batch.rows = at::empty({rows}, at::kLong);
  batch.weight = rows;
  const bool padded = batch.tokens < rows * width;
  if (padded) batch.mask = at::zeros({rows, width}, at::kBool);

  for (int64_t i = 0; i < rows; ++i) {
    const auto row = tokens(indices[i]);
    std::copy(row.begin(), row.end(), batch.input_ids.mutable_data_ptr<int64_t>() + i * width);
    if (padded) std::fill_n(batch.mask.mutable_data_ptr<bool>() + i * width, row.size(), true);
    batch.labels.mutable_data_ptr<int64_t>()[i] = label(indices[i]);
    batch.rows.mutable_data_ptr<int64_t>()[i] = first_row + i;
  }
  return batch;
}

}  // namespace yoso::data
