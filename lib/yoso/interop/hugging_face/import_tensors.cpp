#include "yoso/interop/hugging_face/import_tensors.h"

#include <ATen/ops/equal.h>

#include <map>
#include <sstream>

#include "yoso/interop/hugging_face/tensor_names.h"
#include "yoso/util/error.h"

namespace yoso::interop {
namespace {

std::string shape_text(at::IntArrayRef shape) {
  std::ostringstream text;
  text << shape;
  return text.str();
}

/// The tensors of the files by their modern names.
class FileTensors {
 public:
  FileTensors(const serialization::NamedTensors& tensors, const HuggingFaceConfig& config,
              const std::string& path) {
    for (const auto& [name, tensor] : tensors) {
      const std::string modern = usual_name(name, config);
      if (!tensors_.emplace(modern, tensor).second)
        throw DataError(path + ": " + modern + ": stands there under two names");
      names_.push_back(modern);
    }
  }

  at::Tensor take(const std::string& name) {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) return {};
    const at::Tensor tensor = found->second;
    tensors_.erase(found);
    return tensor;
  }

  /// Names of the tensors that were not taken, in the order of the file.
  std::vector<std::string> rest() const {
    std::vector<std::string> rest;
    for (const std::string& name : names_) {
      if (tensors_.contains(name)) rest.push_back(name);
    }
    return rest;
  }

 private:
  std::map<std::string, at::Tensor> tensors_;
  std::vector<std::string> names_;
};

/// Tied tensors by the first of their two names; undefined when the file has neither.
std::map<std::string, at::Tensor> take_tied(FileTensors& source, const HuggingFaceConfig& config,
                                            const std::string& path, Accounting& accounting) {
  std::map<std::string, at::Tensor> result;
  for (const TiedName& names : tied_names(config)) {
    at::Tensor kept = source.take(names.kept);
    const at::Tensor tied = source.take(names.tied);
    if (kept.defined() && tied.defined() && !at::equal(kept, tied))
      throw DataError(path + ": " + names.tied + ": differs from " + names.kept +
                      ", but the model has one tensor for both");
    if (tied.defined()) {
      accounting.add(Fate::tied, names.tied,
                     (kept.defined() ? "equal to " : "taken for ") + names.kept);
    }
    result[names.kept] = kept.defined() ? kept : tied;
  }
  return result;
}

}  // namespace

serialization::NamedTensors take_tensors(const serialization::NamedTensors& from,
                                         const HuggingFaceConfig& config, const std::string& path,
                                         bool lenient, Accounting& accounting) {
  FileTensors source(from, config, path);
  const auto names = tensor_names(config, from.size(), path);
  Accounting ties;
  const auto tied = take_tied(source, config, path, ties);
  serialization::NamedTensors result;
  for (const TensorName& name : names) {
    const auto shared = tied.find(name.theirs);
    const at::Tensor tensor = shared == tied.end() ? source.take(name.theirs) : shared->second;
    if (!tensor.defined() && config.architecture.bare && !is_of_encoder(name.theirs, config)) {
      accounting.add(Fate::made, name.ours, "head made anew: initial values");
      continue;
    }
    if (!tensor.defined()) {
      if (!lenient) throw DataError(path + ": " + name.theirs + ": missing");
      accounting.add(Fate::missing, name.theirs, "initial values");
      continue;
    }
    const std::string shapes =
        shape_text(tensor.sizes()) + " there, " + shape_text(name.shape) + " by config.json";
    if (tensor.sizes() != at::IntArrayRef(name.shape)) {
      if (!lenient) throw DataError(path + ": " + name.theirs + ": " + shapes);
      accounting.add(Fate::missing, name.theirs, "initial values; " + shapes);
      continue;
    }
    if (!tensor.is_floating_point())
      throw DataError(path + ": " + name.theirs + ": holds " + c10::toString(tensor.scalar_type()) +
                      ", expected floating-point numbers");
    if (!tensor.to(at::kFloat).isfinite().all().item<bool>())
      throw DataError(path + ": " + name.theirs +
                      ": holds NaN or infinite numbers: the file is damaged, or its training "
                      "diverged");
    accounting.add(Fate::taken, name.theirs, name.ours);
    result.emplace_back(name.ours, tensor.to(at::kFloat));
  }
  accounting.append(ties);
  for (const std::string& name : source.rest()) {
    const bool other_head = config.architecture.bare && !is_of_encoder(name, config);
    const bool known = other_head || is_superfluous(name, config);
    if (!known && !lenient)
      throw DataError(path + ": " + name + ": has no place in " + config.architecture.name);
    accounting.add(Fate::left_out, name,
                   other_head ? "another head"
                   : known    ? "not part of this model"
                              : "unknown");
  }
  if (accounting.count(Fate::taken) == 0)
    throw DataError(path + ": no tensor fits " + config.architecture.name);
  return result;
}

}  // namespace yoso::interop
