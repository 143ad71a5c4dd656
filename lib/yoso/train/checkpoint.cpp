#include "yoso/train/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "yoso/config/read.h"
#include "yoso/runtime/version.h"
#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::train {
namespace fs = std::filesystem;
namespace {

constexpr const char* kModel = "model.safetensors";
constexpr const char* kOptimizer = "optimizer.safetensors";
constexpr const char* kState = "state.json";
constexpr const char* kManifest = "manifest.json";
constexpr const char* kFiles[] = {kModel, kOptimizer, kState};
constexpr std::string_view kFormat = "yoso-checkpoint-";  // followed by its version
constexpr int64_t kFormatVersion = 1;
constexpr std::string_view kPrefix = "step-";
constexpr std::string_view kTemporary = ".tmp-";
constexpr std::string_view kReplaced = ".old-";

nlohmann::ordered_json read_json(const std::string& path) {
  auto json = nlohmann::ordered_json::parse(read_file(path), nullptr, false);
  if (!json.is_object()) throw DataError(path + ": is no JSON object (truncated or foreign file)");
  return json;
}

std::optional<int64_t> step_of(std::string_view name) {
  if (!name.starts_with(kPrefix)) return {};
  name.remove_prefix(kPrefix.size());
  int64_t step = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), step);
  if (error != std::errc() || end != name.data() + name.size()) return {};
  return step;
}

/// Compares one file with its entry {"size": bytes, "xxh3": checksum}. Other tools may leave the
/// checksum out.
void check_file(const std::string& path, const nlohmann::ordered_json& entry) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) throw DataError(path + ": missing from the checkpoint");
  if (entry.at("size").get<uintmax_t>() != size) {
    throw DataError(path + ": truncated or changed (its size differs from the manifest)");
  }
  if (!entry.contains("xxh3")) return;
  if (entry.at("xxh3").get<std::string>() != checksum_text(file_checksum(path))) {
    throw DataError(path + ": damaged (its checksum differs from the manifest)");
  }
}

/// The content of a pointer file without its line end.
std::string pointer_text(const std::string& path) {
  std::string text = read_file(path);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

std::string format_name(int64_t version) { return std::string(kFormat) + std::to_string(version); }

/// DataError where `format` is not what this program writes; of a newer one's both are named.
void check_format(const std::string& folder, const std::string& format) {
  if (format == format_name(kFormatVersion)) return;
  const std::string manifest = folder + "/" + kManifest;
  int64_t version = 0;
  const char* const end = format.data() + format.size();
  const bool ours = format.starts_with(kFormat) &&
                    std::from_chars(format.data() + kFormat.size(), end, version).ptr == end;
  if (!ours || version <= kFormatVersion)
    throw DataError(manifest + ": is of another format than " + format_name(kFormatVersion));
  std::string writer = "a newer program";
  try {
    writer = read_json(folder + "/" + kState).at("version").get<std::string>();
  } catch (const std::exception&) {  // the file may have another name or form by then
  }
  throw DataError(manifest + ": is of checkpoint format " + std::to_string(version) +
                  ", written by " + writer + "; this program, " + runtime::version_text() +
                  ", reads format " + std::to_string(kFormatVersion));
}

}  // namespace

bool is_checkpoint(const std::string& folder) { return fs::exists(folder + "/" + kManifest); }

void verify_checkpoint(const std::string& folder) {
  if (!fs::is_directory(folder)) throw DataError(folder + ": no such checkpoint folder");
  const std::string manifest = folder + "/" + kManifest;
  if (!fs::exists(manifest))
    throw DataError(folder + ": is no checkpoint (it has no manifest.json)");
  const auto json = read_json(manifest);
  try {
    check_format(folder, json.at("format").get<std::string>());
    for (const char* name : kFiles) check_file(folder + "/" + name, json.at("files").at(name));
  } catch (const nlohmann::json::exception&) {
    throw DataError(manifest + ": is damaged (a file of the checkpoint is not described)");
  }
}

std::string manifest_checksum(const std::string& folder) {
  return checksum_text(file_checksum(folder + "/" + kManifest));
}

TrainState read_state(const std::string& folder) {
  const std::string path = folder + "/" + kState;
  return state_from_json(read_json(path), path);
}

config::Tree read_config(const std::string& folder) {
  const std::string path = folder + "/" + kState;
  const auto state = read_json(path);
  const auto config = state.find("config");
  if (config == state.end() || !config->is_string())
    throw DataError(path + ": config: missing, expected the run's configuration as text");
  return config::parse(config->get<std::string>(), path + ": config");
}

serialization::NamedTensors read_model(const std::string& folder) {
  return serialization::read_safetensors(folder + "/" + kModel);
}

serialization::NamedTensors read_optimizer(const std::string& folder) {
  return serialization::read_safetensors(folder + "/" + kOptimizer);
}

Checkpoints::Checkpoints(std::string folder) : folder_(std::move(folder)) {}

std::string Checkpoints::path(int64_t step) const {
  return folder_ + "/" + std::string(kPrefix) + std::to_string(step);
}

bool Checkpoints::holds(int64_t step) const { return is_checkpoint(path(step)); }

void Checkpoints::save(const Checkpoint& checkpoint) {
  make_folders(folder_);
  const std::string target = path(checkpoint.state.step);
  const std::string temporary =
      folder_ + "/" + std::string(kTemporary) + fs::path(target).filename().string();
  fs::remove_all(temporary);
  try {
    make_folders(temporary);
    serialization::write_safetensors(temporary + "/" + kModel, checkpoint.model,
                                     {{"format", "pt"}});
    serialization::write_safetensors(temporary + "/" + kOptimizer, checkpoint.optimizer);
    auto state = to_json(checkpoint.state);
    state["config"] = checkpoint.config;
    write_atomically(temporary + "/" + kState, state.dump(2) + "\n");

    nlohmann::ordered_json manifest;
    manifest["format"] = format_name(kFormatVersion);
    for (const char* name : kFiles) {
      const std::string file = temporary + "/" + name;
      manifest["files"][name] = {{"size", fs::file_size(file)},
                                 {"xxh3", checksum_text(file_checksum(file))}};
    }
    write_atomically(temporary + "/" + kManifest, manifest.dump(2) + "\n");
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(temporary, ignored);
    throw;
  }
  put_in_place(temporary, target);
  write_atomically(pointer("latest"), fs::path(target).filename().string() + "\n");
}

void Checkpoints::put_in_place(const std::string& temporary, const std::string& target) const {
  if (!fs::exists(target)) {
    rename_durably(temporary, target);
  } else if (exchange_durably(temporary, target)) {
    fs::remove_all(temporary);
  } else {
    const std::string replaced =
        folder_ + "/" + std::string(kReplaced) + fs::path(target).filename().string();
    fs::remove_all(replaced);
    rename_durably(target, replaced);
    rename_durably(temporary, target);
    fs::remove_all(replaced);
  }
}

void Checkpoints::mark_best(std::optional<int64_t> step) {
  if (step == best()) return;
  if (step) {
    write_atomically(pointer("best"), fs::path(path(*step)).filename().string() + "\n");
  } else {
    fs::remove(pointer("best"));
  }
}

void Checkpoints::prune(int64_t keep_last) {
  const auto best = this->best();
  const auto latest = this->latest();
  int64_t kept = 0;
  for (const int64_t step : steps()) {
    const bool abandoned = latest && step > *latest;
    if (step == best || step == latest || (!abandoned && kept < keep_last)) {
      ++kept;
      continue;
    }
    // The manifest goes first: a half-deleted folder without it is not a checkpoint.
    fs::remove(path(step) + "/" + kManifest);
    fs::remove_all(path(step));
  }
}

void Checkpoints::remove_leftovers() {
  if (!fs::is_directory(folder_)) return;
  std::vector<std::string> names;  // first, as entries are renamed and deleted below
  for (const auto& entry : fs::directory_iterator(folder_))
    names.push_back(entry.path().filename().string());
  for (const std::string& name : names) {
    const std::string path = folder_ + "/" + name;
    if (name.starts_with(kTemporary)) {
      fs::remove_all(path);
    } else if (name.starts_with(kReplaced)) {
      const std::string target = folder_ + "/" + name.substr(kReplaced.size());
      if (fs::exists(target)) {
        fs::remove_all(path);
      } else {
        rename_durably(path, target);
      }
    }
  }
}

std::vector<int64_t> Checkpoints::steps() const {
  std::vector<int64_t> steps;
  if (!fs::is_directory(folder_)) return steps;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const auto step = step_of(entry.path().filename().string());
    if (step && fs::exists(entry.path() / kManifest)) steps.push_back(*step);
  }
  std::sort(steps.rbegin(), steps.rend());
  return steps;
}

std::optional<int64_t> Checkpoints::named(const std::string& name) const {
  const std::string file = pointer(name);
  if (!fs::exists(file)) return {};
  return step_of(pointer_text(file));
}

}  // namespace yoso::train
