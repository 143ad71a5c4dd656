#include "yoso/train/result.h"

#include <nlohmann/json.hpp>

#include "yoso/train/evaluation.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::train {
namespace {

using Json = nlohmann::ordered_json;

// One list of keys for writing and reading.
template <class Result, class Field>
void result_fields(Result& result, Field&& field) {
  field("status", result.status);
  field("task", result.task);
  field("attention", result.attention);
  field("seed", result.seed);
  field("steps", result.steps);
  field("metric", result.metric);
  field("majority_rate", result.majority_rate);
  field("parameters", result.parameters);
  field("tokens_per_second", result.tokens_per_second);
  field("wall_time_s", result.wall_seconds);
  field("peak_memory_bytes", result.peak_memory_bytes);
  field("version", result.version);
}

/// A label of version 0.1 in present names: an option of Performer is called otherwise now.
std::string present_label(std::string label) {
  const std::string old_name = " redraw_every=";
  for (size_t at; (at = label.find(old_name)) != std::string::npos;)
    label.replace(at, old_name.size(), " resample_every=");
  return label;
}

}  // namespace

void write_result(const RunResult& result, const std::string& path) {
  Json json;
  result_fields(result, [&](const char* key, const auto& value) { json[key] = value; });
  json["precision"] = result.precision;
  json["encoder_multiply_adds"] = result.multiply_adds;
  json["best_step"] = nullptr;
  if (result.best_step) json["best_step"] = *result.best_step;
  json["dev"] = to_json(result.dev);
  json["test"] = to_json(result.test);
  write_atomically(path, json.dump(2) + "\n");
}

RunResult read_result(const std::string& path) {
  const std::string text = read_file(path);
  RunResult result;
  try {
    const Json json = Json::parse(text);
    result_fields(result, [&](const char* key, auto& value) { json.at(key).get_to(value); });
    result.attention = present_label(result.attention);
    result.precision = json.value("precision", "");
    result.multiply_adds = json.value("encoder_multiply_adds", int64_t{0});
    if (!json.at("best_step").is_null()) result.best_step = json.at("best_step").get<int64_t>();
    result.dev = evaluation_from_json(json.at("dev"));
    result.test = evaluation_from_json(json.at("test"));
  } catch (const Json::exception&) {
    throw DataError(path + ": is no result of a run (truncated, or a key is missing)");
  }
  return result;
}

}  // namespace yoso::train
