#include "yoso/train/weights.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <sstream>

#include "yoso/util/error.h"

namespace yoso::train {
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

bool is_buffer(const torch::nn::Module& model, const std::string& name) {
  return model.named_buffers().contains(name);
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

LoadReport copy_weights(const NamedTensors& from, torch::nn::Module& model) {
  const at::NoGradGuard no_grad;
  LoadReport report;
  const NamedTensors into = named_tensors(model);
  for (const auto& [name, tensor] : into) {
    const at::Tensor saved = find(from, name);
    if (!saved.defined()) {
      report.missing.push_back(name);
    } else if (saved.sizes() != tensor.sizes()) {
      report.reshaped.push_back(name + " " + shape_text(saved) + " in the file, " + shape_text(tensor) + " here");
    } else {
      tensor.copy_(saved);
      report.taken.push_back(name);
    }
  }
  for (const auto& item : from) {
    if (!find(into, item.first).defined()) report.unexpected.push_back(item.first);
  }
  return report;
}

void load_weights(const NamedTensors& from, torch::nn::Module& model, const std::string& path, Buffers buffers) {
  LoadReport report = copy_weights(from, model);
  if (buffers == Buffers::redrawn) {
    const auto drop_buffers = [&](std::vector<std::string>& names) {
      std::erase_if(names, [&](const std::string& name) { return is_buffer(model, name.substr(0, name.find(' '))); });
    };
    drop_buffers(report.missing);
    drop_buffers(report.reshaped);
    report.unexpected.clear();  // the other attention's buffers
  }
  if (!report.complete()) throw DataError(path + ": does not fit the model: " + report.text());
}

}  // namespace yoso::train
