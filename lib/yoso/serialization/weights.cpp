#include "yoso/serialization/weights.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <sstream>

#include "yoso/util/error.h"

namespace yoso::serialization {
namespace {

std::string shape_text(const at::Tensor& tensor) {
  std::ostringstream text;
  text << tensor.sizes();
  return text.str();
}

std::string first_names(const std::vector<std::string>& names) {
  std::string text = names.front();
  if (names.size() > 1) text += " and " + std::to_string(names.size() - 1) + " more";
  return text;
}

bool starts_with_any(const std::string& name, std::initializer_list<const char*> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const char* prefix) { return name.starts_with(prefix); });
}

/// Whether the tensor of a report must fit. A report is a name, followed by shapes after a space.
bool must_fit(const std::string& report, Fit fit, const IsDrawn& is_drawn) {
  if (fit == Fit::exact) return true;
  const std::string name = report.substr(0, report.find(' '));
  if (is_drawn(name)) return false;
  return fit == Fit::other_hashes || starts_with_any(name, {"embeddings.", "encoder."});
}

LoadReport compare(const NamedTensors& from, const NamedTensors& into) {
  LoadReport report;
  for (const auto& [name, tensor] : into) {
    const at::Tensor saved = find(from, name);
    if (!saved.defined()) {
      report.missing.push_back(name);
    } else if (saved.sizes() != tensor.sizes()) {
      report.reshaped.push_back(name + " " + shape_text(saved) + " in the file, " +
                                shape_text(tensor) + " here");
    } else {
      report.taken.push_back(name);
    }
  }
  for (const auto& item : from) {
    if (!find(into, item.first).defined()) report.unexpected.push_back(item.first);
  }
  return report;
}

}  // namespace

NamedTensors named_tensors(const torch::nn::Module& model) {
  NamedTensors tensors;
  for (const auto& item : model.named_parameters()) tensors.emplace_back(item.key(), item.value());
  for (const auto& item : model.named_buffers()) tensors.emplace_back(item.key(), item.value());
  return tensors;
}

std::string LoadReport::text() const {
  std::string text = std::to_string(taken.size()) + " tensors taken";
  if (!missing.empty()) text += "; not in the file: " + first_names(missing);
  if (!unexpected.empty()) text += "; not in the model: " + first_names(unexpected);
  if (!reshaped.empty()) text += "; of another shape: " + first_names(reshaped);
  return text;
}

std::vector<std::string> LoadReport::lines() const {
  std::vector<std::string> lines;
  const auto add = [&](const char* what, const std::vector<std::string>& names) {
    if (names.empty()) return;
    std::string line = what;
    for (const std::string& name : names) line += (&name == &names.front() ? " " : ", ") + name;
    lines.push_back(line);
  };
  add("not in the file, initial values kept:", missing);
  add("not in the model, left out:", unexpected);
  add("of another shape, initial values kept:", reshaped);
  return lines;
}

LoadReport load_weights(const NamedTensors& from, torch::nn::Module& model, const std::string& path,
                        Fit fit, const IsDrawn& is_drawn) {
  const NamedTensors into = named_tensors(model);
  LoadReport report = compare(from, into);
  LoadReport breaches = report;
  for (auto* names : {&breaches.missing, &breaches.unexpected, &breaches.reshaped}) {
    std::erase_if(*names, [&](const std::string& name) { return !must_fit(name, fit, is_drawn); });
  }
  // A file of another tool has no sampled tensors; the model keeps those of its seed.
  if (std::none_of(from.begin(), from.end(),
                   [&](const auto& item) { return is_drawn(item.first); }))
    std::erase_if(breaches.missing, is_drawn);
  if (!breaches.complete()) {
    const std::string message = path + ": does not fit the model: " + breaches.text();
    if (fit == Fit::exact) throw DataError(message);
    throw UsageError(message);
  }
  const at::NoGradGuard no_grad;
  for (const std::string& name : report.taken) find(into, name).copy_(find(from, name));
  return report;
}

}  // namespace yoso::serialization
