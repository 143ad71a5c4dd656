#include "yoso/data/sequences.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "yoso/data/batch.h"
#include "yoso/data/row_checksum.h"
#include "yoso/util/file.h"

namespace yoso::data {

Sequences::Sequences(Layout layout, Mapped mapped) : layout_(layout), mapped_(std::move(mapped)) {}

void Sequences::add(std::span<const Token> tokens, int64_t label) {
  if (layout_.texts != 1) throw std::invalid_argument("Sequences: one text for a row of pairs");
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  ends_.push_back(tokens_.size());
  labels_.push_back(label);
}

void Sequences::add(std::span<const Token> first, std::span<const Token> second, int64_t label) {
  if (layout_.texts != 2) throw std::invalid_argument("Sequences: two texts for a single one");
  for (const auto& text : {first, second}) {
    tokens_.insert(tokens_.end(), text.begin(), text.end());
    ends_.push_back(tokens_.size());
  }
  labels_.push_back(label);
}

void Sequences::append(const Sequences& others) {
  for (int64_t row = 0; row < others.size(); ++row) {
    for (int64_t text = 0; text < layout_.texts; ++text) {
      const auto tokens = others.tokens(row, text);
      tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
      ends_.push_back(tokens_.size());
    }
    labels_.push_back(others.label(row));
  }
}

int64_t Sequences::total_tokens() const {
  int64_t total = 0;
  for (int64_t row = 0; row < size(); ++row) {
    for (int64_t text = 0; text < layout_.texts; ++text)
      total += static_cast<int64_t>(tokens(row, text).size());
  }
  return total;
}

std::vector<int32_t> Sequences::lengths() const {
  std::vector<int32_t> lengths(size(), 0);
  for (int64_t row = 0; row < size(); ++row) {
    for (int64_t text = 0; text < layout_.texts; ++text)
      lengths[row] = std::max(lengths[row], static_cast<int32_t>(tokens(row, text).size()));
  }
  return lengths;
}

int64_t Sequences::cut_texts() const {
  const uint64_t* ends = mapped_.file ? mapped_.ends : ends_.data();
  int64_t count = 0;
  for (int64_t i = 0; i < size() * layout_.texts; ++i)
    count += ends[i + 1] - ends[i] > static_cast<uint64_t>(max_length_);
  return count;
}

std::vector<int64_t> Sequences::class_counts(int64_t classes) const {
  std::vector<int64_t> counts(classes, 0);
  for (int64_t row = 0; row < size(); ++row) ++counts.at(label(row));
  return counts;
}

uint64_t Sequences::checksum() const {
  RowChecksum sum;
  for (int64_t row = 0; row < size(); ++row) {
    for (int64_t text = 0; text < layout_.texts; ++text) sum.add_text(tokens(row, text));
    sum.end_row(label(row));
  }
  return sum.value();
}

Batch Sequences::collate(std::span<const int64_t> indices, int64_t first_row) const {
  const auto rows = static_cast<int64_t>(indices.size());
  Batch batch;
  // One text of all rows: ids, and a mask where a row is padded.
  const auto fill = [&](int64_t text, at::Tensor& ids, at::Tensor& mask) {
    size_t length = 0;
    int64_t real = 0;
    for (int64_t row : indices) {
      length = std::max(length, tokens(row, text).size());
      real += static_cast<int64_t>(tokens(row, text).size());
    }
    const auto width = static_cast<int64_t>(length);
    const bool padded = real < rows * width;
    ids = padded ? at::zeros({rows, width}, at::kLong) : at::empty({rows, width}, at::kLong);
    if (padded) mask = at::zeros({rows, width}, at::kBool);
    for (int64_t i = 0; i < rows; ++i) {
      const auto row = tokens(indices[i], text);
      std::transform(row.begin(), row.end(), ids.mutable_data_ptr<int64_t>() + i * width,
                     [first = layout_.first_id](Token token) { return token + first; });
      if (padded) std::fill_n(mask.mutable_data_ptr<bool>() + i * width, row.size(), true);
    }
    batch.tokens += real;
  };
  fill(0, batch.input_ids, batch.mask);
  if (layout_.texts == 2) fill(1, batch.second_ids, batch.second_mask);

  batch.labels = at::empty({rows}, at::kLong);
  batch.rows = at::empty({rows}, at::kLong);
  batch.weight = rows;
  for (int64_t i = 0; i < rows; ++i) {
    batch.labels.mutable_data_ptr<int64_t>()[i] = label(indices[i]);
    batch.rows.mutable_data_ptr<int64_t>()[i] = first_row + i;
  }
  return batch;
}

}  // namespace yoso::data
