#include "yoso/data/texts/read.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "yoso/data/archive/locate.h"
#include "yoso/data/texts/tsv_reader.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/text.h"
#include "yoso/util/utf8.h"

namespace yoso::data {

namespace fs = std::filesystem;

namespace {

/// The positions of a layout's columns in a line; `label` is unset where it is not wanted.
struct ColumnPositions {
  size_t text = 0;
  std::optional<size_t> second, label;
};

size_t numbered_column(const std::string& name) {
  const auto number = parse_integer(name);
  if (number && *number >= 1 && *number <= 10'000) return static_cast<size_t>(*number - 1);
  throw UsageError("task: without a header columns are numbers from 1, not `" + name + "`");
}

ColumnPositions positions_of(const TextLayout& layout, bool labelled, const TsvReader& reader) {
  const auto position = [&](const std::string& name) {
    if (!layout.header) return numbered_column(name);
    const auto column = find_column(reader.fields(), name);
    if (!column)
      reader.refuse("no column `" + name + "`, the columns are " + listed(reader.fields()));
    return *column;
  };
  ColumnPositions positions;
  positions.text = position(layout.text);
  if (!layout.second.empty()) positions.second = position(layout.second);
  if (labelled) positions.label = position(layout.label);
  return positions;
}

TextExample example_at(const TsvReader& reader, const ColumnPositions& positions) {
  const auto& fields = reader.fields();
  const auto field = [&](size_t position) {
    if (position >= fields.size()) reader.require_fields(position + 1);
    return std::string(fields[position]);
  };
  TextExample example;
  example.location = reader.location();
  example.text = field(positions.text);
  if (positions.second) example.second = field(*positions.second);
  if (positions.label) example.label = field(*positions.label);
  return example;
}

void add(TextExample example, TextExamples& texts) {
  example.index = static_cast<int64_t>(texts.examples.size());
  texts.examples.push_back(std::move(example));
}

void read_tsv(TsvReader& reader, const TextLayout& layout, bool labelled, TextExamples& texts) {
  std::optional<ColumnPositions> positions;
  size_t fields = 0;
  while (reader.next()) {
    const bool first = !positions;
    if (first) {
      positions = positions_of(layout, labelled, reader);
      fields = reader.fields().size();
      if (layout.header) continue;
    }
    if (layout.header) reader.require_fields(fields);
    add(example_at(reader, *positions), texts);
  }
  texts.blank = reader.blank();
}

std::string json_text(const nlohmann::json& object, const std::string& key,
                      const TsvReader& reader) {
  const auto found = object.find(key);
  if (found == object.end()) reader.refuse("no key `" + key + "`");
  if (found->is_string()) return found->get<std::string>();
  if (found->is_number() || found->is_boolean()) return found->dump();
  reader.refuse("expected text under the key `" + key + "`");
}

void read_json_lines(TsvReader& reader, const TextLayout& layout, bool labelled,
                     TextExamples& texts) {
  while (reader.next()) {
    std::string line;
    for (const std::string_view field : reader.fields())
      line.append(line.empty() ? "" : "\t").append(field);
    const auto object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) reader.refuse("no JSON object");
    TextExample example;
    example.location = reader.location();
    example.text = json_text(object, layout.text, reader);
    if (!layout.second.empty()) example.second = json_text(object, layout.second, reader);
    if (labelled) example.label = json_text(object, layout.label, reader);
    add(std::move(example), texts);
  }
  texts.blank = reader.blank();
}

void read_folders(const std::string& path, const std::vector<std::string>& labels,
                  TextExamples& texts) {
  const auto found =
      sorted_entries(path, [](const fs::directory_entry& entry) { return entry.is_directory(); });
  for (const std::string& label : labels.empty() ? found : labels) {
    const std::string folder = path + "/" + label;
    if (std::find(found.begin(), found.end(), label) == found.end())
      throw DataError(folder + ": no such folder, expected one a label");
    for (const std::string& name : sorted_entries(
             folder, [](const fs::directory_entry& entry) { return entry.is_regular_file(); })) {
      TextExample example;
      example.location = folder + "/" + name;
      example.text = read_file(example.location);
      if (const auto bad = find_bad_utf8(example.text)) {
        throw DataError(example.location + ": byte " + std::to_string(*bad + 1) + " is not UTF-8");
      }
      example.label = label;
      add(std::move(example), texts);
    }
  }
}

TextFormat format_of(const std::string& path, const TextLayout& layout) {
  if (layout.format != TextFormat::automatic) return layout.format;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return TextFormat::folders;
  return path.ends_with(".jsonl") || path.ends_with(".json") ? TextFormat::jsonl : TextFormat::tsv;
}

void require_examples(const TextExamples& texts) {
  if (texts.examples.empty()) throw DataError(texts.path + ": holds no examples");
}

}  // namespace

TextExamples read_texts(const std::string& path, const TextLayout& layout, bool labelled,
                        const std::vector<std::string>& labels) {
  TextExamples texts;
  texts.path = path;
  const TextFormat format = format_of(path, layout);
  if (format == TextFormat::folders) {
    if (!layout.second.empty()) throw UsageError("task.second: a folder of texts holds no pairs");
    read_folders(path, labels, texts);
  } else {
    TsvReader reader(path);
    (format == TextFormat::jsonl ? read_json_lines : read_tsv)(reader, layout, labelled, texts);
  }
  require_examples(texts);
  return texts;
}

TextExamples read_plain(const std::string& path, std::string_view content,
                        const TextLayout& layout) {
  TextExamples texts;
  texts.path = path;
  TsvReader first(path, content);
  const bool any = first.next();
  TsvReader reader(path, content);
  if (any && first.fields().front().starts_with("{")) {
    read_json_lines(reader, layout, /*labelled=*/false, texts);
  } else if (any && find_column(first.fields(), layout.text) &&
             (layout.second.empty() || find_column(first.fields(), layout.second))) {
    TextLayout named = layout;
    named.header = true;
    read_tsv(reader, named, /*labelled=*/false, texts);
  } else {
    const bool pairs = !layout.second.empty();
    while (reader.next()) {
      if (pairs) reader.require_fields(2);
      TextExample example;
      example.location = reader.location();
      example.text = reader.fields()[0];
      if (pairs) example.second = reader.fields()[1];
      for (size_t i = 1; !pairs && i < reader.fields().size(); ++i)
        example.text.append("\t").append(reader.fields()[i]);
      add(std::move(example), texts);
    }
  }
  require_examples(texts);
  return texts;
}

std::vector<std::string> labels_of(const TextExamples& texts) {
  std::vector<std::string> labels;
  labels.reserve(texts.examples.size());
  for (const TextExample& example : texts.examples) labels.push_back(example.label);
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  const auto is_whole = [](const std::string& label) { return parse_integer(label).has_value(); };
  if (std::all_of(labels.begin(), labels.end(), is_whole)) {
    std::sort(labels.begin(), labels.end(), [](const std::string& a, const std::string& b) {
      return *parse_integer(a) < *parse_integer(b);
    });
  }
  return labels;
}

}  // namespace yoso::data
