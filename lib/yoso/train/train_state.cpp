#include "yoso/train/train_state.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "yoso/util/error.h"

namespace yoso::train {
namespace {

/// Keys of version 0.1 and their present names.
constexpr std::pair<const char*, const char*> kRenamed[] = {
    {"stale_evaluations", "evaluations_without_improvement"},
    {"window_slots", "window_padded_tokens"},
};

/// The value of a key; a state of version 0.1 may have it under its old name.
const nlohmann::ordered_json& find(const nlohmann::ordered_json& json, const char* key) {
  if (json.contains(key)) return json.at(key);
  for (const auto& [old_name, name] : kRenamed) {
    if (std::string_view(name) == key && json.contains(old_name)) return json.at(old_name);
  }
  return json.at(key);
}

// One list of keys for writing and reading.
template <class State, class Field>
void state_fields(State& state, Field&& field) {
  field("step", state.step);
  field("position", state.position);
  field("evaluated_step", state.evaluated_step);
  field("best_score", state.best_score);
  field("evaluations_without_improvement", state.evaluations_without_improvement);
  field("tokens", state.tokens);
  field("train_seconds", state.train_seconds);
  field("elapsed_seconds", state.elapsed_seconds);
  field("update_seconds", state.update_seconds);
  field("tokens_before", state.tokens_before);
  field("seconds_before", state.seconds_before);
  field("lr", state.lr);
  field("window_loss_sum", state.window.loss.sum);
  field("window_weight", state.window.loss.weight);
  field("window_auxiliary_sum", state.window.loss.auxiliary_sum);
  field("window_auxiliary_weight", state.window.loss.auxiliary_weight);
  field("window_tokens", state.window.tokens);
  field("window_padded_tokens", state.window.padded_tokens);
  field("window_seconds", state.window.seconds);
  field("seed", state.seed);
  field("world_size", state.world_size);
  field("data_fingerprint", state.data_fingerprint);
  field("version", state.version);
}

}  // namespace

nlohmann::ordered_json to_json(const TrainState& state) {
  nlohmann::ordered_json json;
  state_fields(state, [&](const char* key, const auto& value) { json[key] = value; });
  json["best_step"] = nullptr;
  if (state.best_step) json["best_step"] = *state.best_step;
  return json;
}

TrainState state_from_json(const nlohmann::ordered_json& json, const std::string& path) {
  TrainState state;
  try {
    state_fields(state, [&](const char* key, auto& value) { find(json, key).get_to(value); });
    if (!json.at("best_step").is_null()) state.best_step = json.at("best_step").get<int64_t>();
  } catch (const nlohmann::json::exception&) {
    throw DataError(path +
                    ": is no training state of this program (a key is missing or of another type)");
  }
  return state;
}

}  // namespace yoso::train
