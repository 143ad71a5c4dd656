#include <algorithm>
#include <charconv>
#include <optional>

#include "yoso/nn/attention/attention.h"
#include "yoso/util/error.h"

namespace yoso::nn {

namespace {

using config::Tree;

[[noreturn]] void fail(const Tree& where, const std::string& path, const std::string& message) {
  throw UsageError((where.origin.empty() ? "" : where.origin + ": ") + path + ": " + message);
}

/// A layer's attention as written, and the dotted path to it for messages.
struct Choice {
  const Tree* spec = nullptr;
  std::string path;
};

struct LayerRange {
  int64_t first = 0;
  int64_t last = 0;
};

/// "3" or "0-2".
std::optional<LayerRange> parse_range(const std::string& text) {
  LayerRange range;
  const char* end = text.data() + text.size();
  auto [rest, error] = std::from_chars(text.data(), end, range.first);
  if (error != std::errc{}) return std::nullopt;
  range.last = range.first;
  if (rest != end) {
    if (*rest != '-') return std::nullopt;
    auto [stop, last_error] = std::from_chars(rest + 1, end, range.last);
    if (last_error != std::errc{} || stop != end) return std::nullopt;
  }
  if (range.first < 0 || range.last < range.first) return std::nullopt;
  return range;
}

std::string range_text(int64_t first, int64_t last) {
  return first == last ? std::to_string(first) : std::to_string(first) + "-" + std::to_string(last);
}

/// A list with one entry a layer.
std::vector<Choice> choose_from_list(const Tree& list, int64_t layers, const std::string& path) {
  if (static_cast<int64_t>(list.items.size()) != layers) {
    fail(list, path,
         "expected an entry for each of the " + std::to_string(layers) + " layers, not " +
             std::to_string(list.items.size()) + " entries");
  }
  std::vector<Choice> choices;
  for (size_t layer = 0; layer < list.items.size(); ++layer) {
    choices.push_back({&list.items[layer], path + "." + std::to_string(layer)});
  }
  return choices;
}

/// A map from layers or ranges of layers, which names every layer once.
std::vector<Choice> choose_from_map(const Tree& map, int64_t layers, const std::string& path) {
  std::vector<Choice> choices(static_cast<size_t>(layers));
  const std::string known = range_text(0, layers - 1);
  for (const auto& [key, spec] : map.entries) {
    const std::optional<LayerRange> range = parse_range(key);
    if (!range) fail(spec, path, "expected a layer or a range such as 0-2, not `" + key + "`");
    if (range->last >= layers)
      fail(spec, path, "expected layers in " + known + ", not `" + key + "`");
    for (int64_t layer = range->first; layer <= range->last; ++layer) {
      Choice& choice = choices[static_cast<size_t>(layer)];
      if (choice.spec != nullptr)
        fail(spec, path, "`" + key + "` names layer " + std::to_string(layer) + " again");
      choice = {&spec, path + "." + key};
    }
  }
  for (size_t layer = 0; layer < choices.size(); ++layer) {
    if (choices[layer].spec == nullptr)
      fail(map, path, "layer " + std::to_string(layer) + " is missing, expected all of " + known);
  }
  return choices;
}

std::vector<Choice> choose(const Tree& section, int64_t layers) {
  const std::string path = "attention";
  if (section.is_sequence()) return choose_from_list(section, layers, path);
  const Tree* by_layer = section.find("layers");
  if (by_layer == nullptr)
    return std::vector<Choice>(static_cast<size_t>(layers), Choice{&section, path});
  for (const auto& [key, value] : section.entries) {
    if (key != "layers")
      fail(value, path + "." + key, "not allowed beside `layers`, expected with each layer's kind");
  }
  if (by_layer->is_sequence()) return choose_from_list(*by_layer, layers, path + ".layers");
  if (by_layer->is_map()) return choose_from_map(*by_layer, layers, path + ".layers");
  fail(*by_layer, path + ".layers", "expected a map or a list");
}

/// Splits a kind's name from its options.
std::pair<std::string, Tree> split_kind(const Tree& spec, const std::string& path) {
  if (spec.is_scalar()) return {spec.scalar, Tree::map(spec.origin)};
  if (!spec.is_map()) {
    fail(spec, path,
         std::string(spec.is_null() ? "missing, " : "") +
             "expected a kind of attention or a map with `kind`");
  }
  const Tree* kind = spec.find("kind");
  if (kind == nullptr) fail(spec, path + ".kind", "missing, expected a kind of attention");
  if (!kind->is_scalar()) fail(*kind, path + ".kind", "expected the name of a kind");
  Tree options = spec;
  std::erase_if(options.entries, [](const auto& entry) { return entry.first == "kind"; });
  return {kind->scalar, options};
}

Tree resolve_layer(const Choice& choice, const AttentionShape& shape) {
  const auto [name, options] = split_kind(*choice.spec, choice.path);
  const Tree* written = choice.spec->find("kind");
  const AttentionKind& kind =
      find_attention(name, (written != nullptr ? *written : *choice.spec).origin);
  Tree resolved = kind.resolve(options, shape, choice.path);
  resolved.entries.insert(resolved.entries.begin(), {"kind", Tree::text(kind.name)});
  return resolved;
}

}  // namespace

std::vector<Tree> resolve_attention(const Tree& section, int64_t layers,
                                    const AttentionShape& shape) {
  std::vector<Tree> resolved;
  for (const Choice& choice : choose(section, layers)) {
    AttentionShape layer_shape = shape;
    layer_shape.layer = static_cast<int64_t>(resolved.size());
    resolved.push_back(resolve_layer(choice, layer_shape));
  }
  return resolved;
}

Tree attention_section(const std::vector<Tree>& layers) {
  if (std::adjacent_find(layers.begin(), layers.end(), std::not_equal_to{}) == layers.end()) {
    return layers.empty() ? Tree{} : layers.front();
  }
  Tree section = Tree::map();
  Tree& by_layer = section["layers"];
  for (size_t first = 0, next = 0; first < layers.size(); first = next) {
    while (next < layers.size() && layers[next] == layers[first]) ++next;
    by_layer[range_text(static_cast<int64_t>(first), static_cast<int64_t>(next) - 1)] =
        layers[first];
  }
  return section;
}

std::shared_ptr<AttentionImpl> make_attention(const Tree& resolved, const AttentionShape& shape) {
  const auto [name, options] = split_kind(resolved, "attention");
  return find_attention(name, resolved.origin).make(options, shape);
}

int64_t attention_multiply_adds(const Tree& resolved, const AttentionShape& shape, int64_t length) {
  const auto [name, options] = split_kind(resolved, "attention");
  return find_attention(name, resolved.origin).multiply_adds(options, shape, length);
}

}  // namespace yoso::nn
