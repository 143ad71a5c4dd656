#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "yoso/data/texts/read.h"
#include "yoso/data/token_dataset.h"
#include "yoso/tasks/task.h"
#include "yoso/tasks/text_classification/input.h"
#include "yoso/tasks/text_classification/scoring.h"

namespace yoso::tasks {

/// What distinguishes one task on texts from another.
struct TextTaskData {
  std::string name;
  std::vector<std::string> labels;  // by class; empty: labels are numbers
  bool pairs = false;               // examples hold two texts
  data::TextLayout columns;         // names of the columns in files to predict
  TextScoring scoring;
  /// Reads the parts of a split; none where there is no such split. Called once for each split,
  /// possibly from several threads for different splits. Throws a DataError.
  std::function<std::vector<data::TextExamples>(data::Split)> load;
  /// Examples of each split of the published set; 0: unknown.
  std::array<int64_t, std::size(data::kSplits)> published = {};
};

/// Gives a text, or a pair of texts, one of a few classes or a number: nn::TextClassifier,
/// cross-entropy or squared error summed over the rows of a batch. A split is read and tokenised
/// when it is first used.
class TextTask : public Task {
 public:
  TextTask(TextTaskData data, const TextInputOptions& options, int64_t model_length, Log& log);

  int64_t size(data::Split split) const override { return rows(split).size(); }
  batching::Batch batch(data::Split split, std::span<const int64_t> indices, int64_t epoch,
                        int64_t first_row) const override;
  int64_t vocab_size() const override { return input_.tokenizer().vocab_size(); }
  std::vector<int32_t> lengths(data::Split split) const override { return rows(split).lengths(); }

  /// UsageError when model.vocab_size is below vocab_size(), or model.token_types is 1 where the
  /// tokenizer gives the texts of a pair different types.
  std::shared_ptr<torch::nn::Module> make_model(const config::ModelConfig& model,
                                                const std::vector<config::Tree>& attention,
                                                uint64_t seed) const override;
  Output forward(torch::nn::Module& model, const batching::Batch& batch,
                 const nn::HashSeed* hash_seed) const override;
  std::unique_ptr<Metric> metric() const override;
  std::pair<std::string, bool> main_metric() const override {
    return {data_.scoring.main_score(), true};
  }

  std::vector<std::string> class_names() const override { return data_.labels; }
  std::vector<int64_t> class_counts(data::Split split) const override;
  std::string positive_class() const override;

  /// Reads all splits.
  std::string fingerprint() const override;

  /// The main score of always predicting the split's most frequent class; 0 for numbers.
  double majority_rate(data::Split split) const override;

  const TextTaskData& about() const { return data_; }

  /// Tokenises texts to predict, for `batch_of`; their labels are ignored. `cut`: how many of them
  /// were longer than the model's length.
  data::TokenDataset encode(const std::vector<data::TextExample>& texts, int64_t& cut) const;

  int64_t max_tokens() const { return input_.max_tokens(); }
  batching::Batch batch_of(const data::TokenDataset& rows, std::span<const int64_t> indices,
                           int64_t first_row) const;

 private:
  struct Rows {
    std::once_flag once;
    data::TokenDataset rows;
  };
  const data::TokenDataset& rows(data::Split split) const;
  data::TokenDataset read(data::Split split) const;

  TextTaskData data_;
  TextInput input_;
  bool roberta_head_;
  Log& log_;
  mutable std::array<Rows, std::size(data::kSplits)> rows_;
};

/// A label as a number: its class, or its value where `labels` is empty. DataError `LOCATION: ...`
/// when it is none of `labels`, or not a number where these are empty.
double label_value(const data::TextExample& row, const std::vector<std::string>& labels);

}  // namespace yoso::tasks
