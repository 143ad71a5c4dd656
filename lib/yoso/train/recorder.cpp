#include "yoso/train/recorder.h"

namespace yoso::train {
namespace {

std::string prepare(const RunFiles& run, const TrainState& state) {
  const report::RecordCut cut(state.step, state.evaluated_step == state.step);
  report::truncate_metrics(run.metrics(), cut);
  report::truncate_events(run.tensorboard(), cut);
  return run.metrics();
}

report::Record record_of(const TrainState& state, double epoch, data::Split split) {
  return {{"step", state.step}, {"epoch", epoch}, {"split", data::name(split)}};
}

}  // namespace

Recorder::Recorder(const RunFiles& run, const TrainState& state, bool tensorboard)
    : metrics_(prepare(run, state)) {
  if (tensorboard) events_.emplace(run.tensorboard());
}

void Recorder::train(const TrainState& state, double epoch, double grad_norm) {
  const LogWindow& window = state.window;
  report::Record record = record_of(state, epoch, data::Split::train);
  record["loss"] = window.loss.mean();
  record["lr"] = state.lr;
  record["grad_norm"] = grad_norm;
  record["tokens_per_second"] = static_cast<double>(window.tokens) / window.seconds;
  record["padding"] =
      1 - static_cast<double>(window.tokens) / static_cast<double>(window.padded_tokens);
  record["elapsed_s"] = state.elapsed_seconds;
  write(record);
}

void Recorder::evaluation(const TrainState& state, double epoch, data::Split split,
                          const Evaluation& evaluation) {
  report::Record record = record_of(state, epoch, split);
  record["loss"] = evaluation.loss;
  for (const auto& [name, value] : evaluation.scores) record[name] = value;
  if (!evaluation.positive.empty()) record["positive"] = evaluation.positive;
  record["rows"] = evaluation.examples;
  record["elapsed_s"] = state.elapsed_seconds;
  write(record);
}

void Recorder::diagnostics(const TrainState& state, double epoch,
                           const std::vector<nn::Diagnostics>& layers) {
  report::Record record = {{"step", state.step}, {"epoch", epoch}, {"split", "diagnostics"}};
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    for (const auto& [name, value] : layers[layer])
      record["layer" + std::to_string(layer) + "/" + name] = value;
  }
  write(record);
}

void Recorder::sync() {
  metrics_.sync();
  if (events_) events_->sync();
}

void Recorder::write(const report::Record& record) {
  metrics_.write(record);
  if (!events_) return;
  const std::string split = report::text(record, "split");
  const auto step = record.at("step").get<int64_t>();
  for (const auto& [key, value] : record.items()) {
    if (key != "step" && value.is_number())
      events_->scalar(split + "/" + key, value.get<double>(), step);
  }
}

}  // namespace yoso::train
