#include <algorithm>

#include "yoso/config/experiment.h"
#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::config {
namespace {

// Collects broken rules, each with the file and line of the offending key.
class Rules {
 public:
  explicit Rules(const Tree& source) : source_(source) {}

  void require(bool holds, const std::string& section, const std::string& key,
               const std::string& what) {
    if (holds) return;
    const Tree* tree = source_.find(section);
    if (tree) tree = tree->find(key);
    if (!message_.empty()) message_ += "\n";
    if (tree && !tree->origin.empty()) message_ += tree->origin + ": ";
    message_ += section + "." + key + ": " + what;
  }

  const std::string& message() const { return message_; }

 private:
  const Tree& source_;
  std::string message_;
};

std::string show(int64_t value) { return std::to_string(value); }

}  // namespace

bool is_device(const std::string& text) {
  if (text == "auto" || text == "cpu" || text == "cuda") return true;
  if (!text.starts_with("cuda:")) return false;
  const std::string number = text.substr(5);
  return !number.empty() && number.size() <= 3 &&
         number.find_first_not_of("0123456789") == std::string::npos;
}

void resolve_batch(Experiment& experiment, const Tree& source) {
  TrainConfig& train = experiment.train;
  if (!train.batch_tokens) return;
  const int64_t length = experiment.model.max_length;
  const int64_t rows = *train.batch_tokens / length;
  const Tree* section = source.find("train");
  const bool written = section != nullptr && section->find("batch_size") != nullptr;
  Rules rules(source);
  rules.require(
      rows > 0, "train", "batch_tokens",
      show(*train.batch_tokens) + " hold no row of model.max_length, " + show(length) + " tokens");
  rules.require(!written || rows == 0 || train.batch_size == rows, "train", "batch_tokens",
                show(*train.batch_tokens) + " are " + show(rows) + " rows of " + show(length) +
                    " tokens, but batch_size is " + show(train.batch_size) + "; give one of them");
  if (!rules.message().empty()) throw UsageError(rules.message());
  train.batch_size = rows;
}

void validate(const Experiment& experiment, const Tree& source) {
  const auto& [model, attention, corpus, task, train, run] = experiment;
  Rules rules(source);
  rules.require(model.dim % model.heads == 0, "model", "dim",
                show(model.dim) + " is not a multiple of the " + show(model.heads) + " heads");

  for (const auto& [key, value] : {std::pair<const char*, Duration>{"duration", train.duration},
                                   {"eval_every", train.eval_every},
                                   {"save_every", train.save_every}}) {
    rules.require(value.count > 0, "train", key, "expected more than " + to_text(value));
  }
  const bool same_unit = train.warmup.unit == train.duration.unit ||
                         (train.warmup.is_steps() && train.duration.is_steps());
  rules.require(same_unit || train.warmup.count == 0, "train", "warmup",
                to_text(train.warmup) + " cannot be compared with the duration of " +
                    to_text(train.duration) + "; give both in the same unit");
  // Steps and epochs can be compared only once the data is open; the trainer does that.
  rules.require(
      train.warmup.unit != train.duration.unit || train.warmup.count <= train.duration.count,
      "train", "warmup",
      to_text(train.warmup) + " exceed the duration of " + to_text(train.duration));
  const int64_t micro_batch = train.micro_batch.value_or(train.batch_size);
  rules.require(train.batch_size % micro_batch == 0, "train", "micro_batch",
                show(micro_batch) + " does not divide the batch_size of " + show(train.batch_size));
  rules.require(train.min_lr <= train.lr, "train", "min_lr",
                format_number(train.min_lr) + " exceeds the lr of " + format_number(train.lr));
  rules.require(is_device(run.device), "run", "device",
                "expected auto, cpu, cuda or cuda:N, not `" + run.device + "`");
  if (!rules.message().empty()) throw UsageError(rules.message());
}

std::vector<Difference> refused_on_resume(const std::vector<Difference>& differences,
                                          const std::vector<FieldDoc>& task_options) {
  Experiment experiment;
  std::vector<FieldDoc> fields =
      document_fields([&](FieldVisitor& visitor) { experiment.fields(visitor); });
  for (FieldDoc option : task_options) {
    option.key = dotted("task", option.key);
    fields.push_back(std::move(option));
  }
  std::vector<Difference> refused;
  for (const Difference& difference : differences) {
    const bool free = std::any_of(fields.begin(), fields.end(), [&](const FieldDoc& field) {
      return field.key == difference.key && field.on_resume == OnResume::free;
    });
    if (!free) refused.push_back(difference);
  }
  return refused;
}

}  // namespace yoso::config
