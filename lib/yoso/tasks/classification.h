#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "yoso/data/byte_dataset.h"
#include "yoso/tasks/task.h"

namespace yoso::tasks {

/// Real-valued inputs: a symbol s (0 to 255) enters the model as (s - mean) / deviation.
struct InputScale {
  double mean = 0;
  double deviation = 1;
};

/// What distinguishes one task of this family from another.
struct ClassificationData {
  int64_t classes = 2;
  int64_t vocab_size = 0;
  std::string vocabulary;  // describes what each id means; part of the fingerprint
  /// Reads a split; called once for each split, possibly from several threads for different splits.
  /// Throws a DataError.
  std::function<data::ByteDataset(data::Split)> load;
  bool pairs = false;  // examples hold two texts: nn::PairClassifier
  /// Symbols are numbers, scaled like this; unset: they are ids of an embedding table.
  std::optional<InputScale> real_input = std::nullopt;
  bool zero_is_padding = false;               // id 0 is masked at every position
  std::vector<std::string> class_names = {};  // empty: their numbers
};

/// Gives each token sequence, or pair of sequences, one of a few classes: nn::SequenceClassifier or
/// nn::PairClassifier, cross-entropy summed over the rows of a batch, accuracy. A split is read
/// when it is first used.
class ClassificationTask : public Task {
 public:
  explicit ClassificationTask(ClassificationData data);

  int64_t size(data::Split split) const override;
  batching::Batch batch(data::Split split, std::span<const int64_t> indices, int64_t epoch,
                        int64_t first_row) const override;
  int64_t vocab_size() const override { return data_.vocab_size; }
  std::vector<int32_t> lengths(data::Split split) const override;

  /// UsageError when model.vocab_size is below vocab_size(), plus one for the CLS token when
  /// model.pooling is cls.
  std::shared_ptr<torch::nn::Module> make_model(const config::ModelConfig& model,
                                                const std::vector<config::Tree>& attention,
                                                uint64_t seed) const override;
  Output forward(torch::nn::Module& model, const batching::Batch& batch,
                 const nn::HashSeed* hash_seed) const override;

  std::unique_ptr<Metric> metric() const override;
  std::pair<std::string, bool> main_metric() const override { return {"accuracy", true}; }

  std::vector<std::string> class_names() const override;
  std::vector<int64_t> class_counts(data::Split split) const override {
    return rows(split).class_counts(data_.classes);
  }

  /// Reads all splits.
  std::string fingerprint() const override;
  double majority_rate(data::Split split) const override;

 private:
  struct Rows {
    std::once_flag once;
    data::ByteDataset sequences;
  };
  const data::ByteDataset& rows(data::Split split) const;

  ClassificationData data_;
  mutable std::array<Rows, std::size(data::kSplits)> rows_;
};

}  // namespace yoso::tasks
