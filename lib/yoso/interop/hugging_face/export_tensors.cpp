#include "yoso/interop/hugging_face/export_tensors.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "yoso/interop/hugging_face/tensor_names.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/util/error.h"

namespace yoso::interop {
namespace {

/// The name of a layer's tensor in the checkpoint: with shared weights that of the first layer.
std::string stored_name(const std::string& ours, bool shared) {
  const std::string mark = "encoder.layers.";
  if (!shared || !ours.starts_with(mark)) return ours;
  return mark + "0" + ours.substr(ours.find('.', mark.size()));
}

/// A table of positions or token types with rows of zeros added where it has fewer rows than its
/// counterpart: before the first position, or for the missing token types.
at::Tensor with_rows(const at::Tensor& table, const TensorName& name) {
  const int64_t rows = name.shape.front();
  if (!table.defined()) return at::zeros(name.shape);
  if (table.dim() != 2 || table.size(0) >= rows) return table;
  return at::cat({at::zeros({rows - table.size(0), table.size(1)}), table});
}

std::string missing_rows(const at::Tensor& before, const at::Tensor& after) {
  const int64_t count = after.size(0) - (before.defined() ? before.size(0) : 0);
  return count == 0 ? "" : ", " + std::to_string(count) + " rows of zeros added";
}

}  // namespace

serialization::NamedTensors export_tensors(const serialization::NamedTensors& from,
                                           const HuggingFaceConfig& config, bool shared,
                                           const std::string& path, Accounting& accounting) {
  serialization::NamedTensors result;
  std::set<std::string> used;
  for (const TensorName& name :
       tensor_names(config, static_cast<size_t>(config.num_hidden_layers), path)) {
    const std::string stored = stored_name(name.ours, shared);
    const at::Tensor found = serialization::find(from, stored);
    at::Tensor tensor = found;
    if (name.ours == "embeddings.token_type_embeddings.weight" ||
        (found.defined() && name.ours == "embeddings.position_embeddings.weight"))
      tensor = with_rows(found, name);
    if (!tensor.defined()) throw DataError(path + ": " + stored + ": missing");
    if (tensor.sizes() != at::IntArrayRef(name.shape)) {
      std::ostringstream shapes;
      shapes << tensor.sizes() << ", expected " << at::IntArrayRef(name.shape);
      throw DataError(path + ": " + stored + ": " + shapes.str());
    }
    used.insert(stored);
    accounting.add(Fate::taken, stored, name.theirs + missing_rows(found, tensor));
    result.emplace_back(name.theirs, tensor.to(at::kFloat));
  }
  for (const auto& item : from) {
    if (used.contains(item.first)) continue;
    const bool drawn = nn::is_drawn(item.first);
    accounting.add(Fate::left_out, item.first,
                   drawn ? "stored hashes are ours alone" : "no counterpart there");
  }
  std::sort(result.begin(), result.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return result;
}

}  // namespace yoso::interop
