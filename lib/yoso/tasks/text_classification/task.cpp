#include "yoso/tasks/text_classification/task.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/mse_loss.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "yoso/nn/text_classifier.h"
#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"
#include "yoso/util/text.h"

namespace yoso::tasks {

double label_value(const data::TextExample& row, const std::vector<std::string>& labels) {
  const std::string shown = "`" + cut_to_width(row.label, 40) + "`";
  if (labels.empty()) {
    const auto number = parse_number(row.label);
    if (!number) throw DataError(row.location + ": expected a number as label, found " + shown);
    return *number;
  }
  const auto found = std::find(labels.begin(), labels.end(), row.label);
  if (found == labels.end()) {
    throw DataError(row.location + ": the label " + shown + " is none of the task's, expected " +
                    join_choices(labels));
  }
  return static_cast<double>(found - labels.begin());
}

TextTask::TextTask(TextTaskData data, const TextInputOptions& options, int64_t model_length,
                   Log& log)
    : data_(std::move(data)),
      input_(options, model_length),
      roberta_head_(options.has_roberta_head()),
      log_(log) {}

const data::TokenDataset& TextTask::rows(data::Split split) const {
  Rows& rows = rows_[static_cast<size_t>(split)];
  std::call_once(rows.once, [&] { rows.rows = read(split); });
  return rows.rows;
}

data::TokenDataset TextTask::read(data::Split split) const {
  data::TokenDataset rows;
  uint8_t part = 0;
  int64_t cut = 0;
  for (const data::TextExamples& file : data_.load(split)) {
    std::vector<double> labels;
    labels.reserve(file.examples.size());
    for (const data::TextExample& row : file.examples)
      labels.push_back(label_value(row, data_.labels));
    cut += input_.encode(file.examples, labels, data_.pairs, part, rows);
    for (const std::string& remark : file.remarks) log_.info(remark);
    for (const std::string& warning : file.warnings) log_.warn(warning);
    if (file.malformed > 0) {
      log_.warn(file.path + ": " + format_count(file.malformed) +
                " rows with a wrong number of fields left out");
    }
    if (file.blank > 0)
      log_.info(file.path + ": " + format_count(file.blank) + " empty lines passed over");
    const int64_t published = data_.published[static_cast<size_t>(split)];
    const auto found = static_cast<int64_t>(file.examples.size());
    if (part == 0 && published > 0 && found != published) {
      log_.warn(file.path + ": " + format_count(found) + " rows, where " + format_count(published) +
                " are published; scores on another set are no scores of the task");
    }
    ++part;
  }
  if (rows.size() == 0) return rows;
  const auto lengths = rows.lengths();
  log_.info(data_.name + ": " + data::name(split) + " " + format_count(rows.size()) + " rows, " +
            format_short(static_cast<double>(rows.total_tokens())) + " tokens, the longest " +
            format_count(*std::max_element(lengths.begin(), lengths.end())) +
            (cut > 0 ? ", " + format_count(cut) + " cut" : ""));
  return rows;
}

batching::Batch TextTask::batch(data::Split split, std::span<const int64_t> indices,
                                int64_t /*epoch*/, int64_t first_row) const {
  return batch_of(rows(split), indices, first_row);
}

data::TokenDataset TextTask::encode(const std::vector<data::TextExample>& texts,
                                    int64_t& cut) const {
  data::TokenDataset rows;
  cut = input_.encode(texts, std::vector<double>(texts.size(), 0.0), data_.pairs, /*part=*/0, rows);
  return rows;
}

batching::Batch TextTask::batch_of(const data::TokenDataset& rows, std::span<const int64_t> indices,
                                   int64_t first_row) const {
  batching::Batch batch = batching::collate(rows, indices, first_row, input_.padding(),
                                            /*numbers=*/data_.labels.empty());
  if (input_.ignores_mask()) batch.mask = at::Tensor();
  return batch;
}

std::shared_ptr<torch::nn::Module> TextTask::make_model(const config::ModelConfig& model,
                                                        const std::vector<config::Tree>& attention,
                                                        uint64_t seed) const {
  const int64_t vocab_size = model.vocab_size.value_or(this->vocab_size());
  if (vocab_size < this->vocab_size()) {
    throw UsageError("model.vocab_size: " + std::to_string(vocab_size) +
                     ", but the tokenizer has " + std::to_string(this->vocab_size()) + " tokens");
  }
  if (data_.pairs && model.token_types == 1 && input_.tokenizer().kind() != "roberta") {
    throw UsageError("model.token_types: 1, but pairs of texts need 2 (or 0: not told apart)");
  }
  return std::make_shared<nn::TextClassifierImpl>(
      model, attention, vocab_size,
      nn::TextClassifierOptions{
          .outputs = data_.labels.empty() ? 1 : static_cast<int64_t>(data_.labels.size()),
          .input_dropout = roberta_head_},
      seed);
}

Output TextTask::forward(torch::nn::Module& model, const batching::Batch& batch,
                         const nn::HashSeed* hash_seed) const {
  auto& classifier = dynamic_cast<nn::TextClassifierImpl&>(model);
  Output output;
  output.logits = classifier.forward(batch.input_ids, batch.token_types, batch.mask, hash_seed);
  // In float32 also under autocast: the sum over a batch would lose digits in half precision.
  const at::Tensor wide = output.logits.to(at::kFloat);
  output.loss_sum = data_.labels.empty()
                        ? at::mse_loss(wide.squeeze(-1), batch.labels, at::Reduction::Sum)
                        : at::cross_entropy_loss(wide, batch.labels, {}, at::Reduction::Sum);
  return output;
}

std::unique_ptr<Metric> TextTask::metric() const {
  return std::make_unique<TextMetric>(data_.scoring);
}

std::string TextTask::fingerprint() const {
  Checksum sum;
  sum.add(input_.tokenizer().fingerprint());
  for (const std::string& label : data_.labels) sum.add(" " + label);
  for (const data::Split split : data::kSplits) sum.add(checksum_text(rows(split).checksum()));
  return sum.text();
}

std::vector<int64_t> TextTask::class_counts(data::Split split) const {
  std::vector<int64_t> counts(data_.labels.size(), 0);
  const data::TokenDataset& all = rows(split);
  for (int64_t row = 0; !counts.empty() && row < all.size(); ++row)
    ++counts[static_cast<size_t>(all.label(row))];
  return counts;
}

std::string TextTask::positive_class() const {
  const auto& names = data_.scoring.names;
  if (std::find(names.begin(), names.end(), "f1") == names.end()) return {};
  return data_.labels.at(static_cast<size_t>(data_.scoring.positive));
}

double TextTask::majority_rate(data::Split split) const {
  const data::TokenDataset& all = rows(split);
  if (data_.labels.empty() || all.size() == 0) return 0;
  std::vector<double> truth;
  std::map<double, int64_t> counts;
  for (int64_t row = 0; row < all.size(); ++row) {
    if (all.part(row) != 0) continue;  // the main score is that of the first part
    truth.push_back(all.label(row));
    ++counts[all.label(row)];
  }
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  const std::vector<double> constant(truth.size(), most->first);
  for (const auto& [name, value] : data_.scoring.score(constant, truth)) {
    if (name == data_.scoring.main_score()) return value;
  }
  return 0;
}

}  // namespace yoso::tasks
