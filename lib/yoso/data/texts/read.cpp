#include "yoso/data/texts/read.h"

#include <filesystem>

#include "yoso/data/texts/columns.h"
#include "yoso/data/texts/folders.h"
#include "yoso/data/texts/json_records.h"
#include "yoso/data/texts/recognise.h"
#include "yoso/data/texts/table_reader.h"
#include "yoso/util/error.h"

namespace yoso::data {

namespace fs = std::filesystem;

namespace {

void add(TextExample example, TextExamples& texts) {
  if (example.label.find_first_not_of(" \t\r") == std::string::npos)
    throw DataError(example.location + ": the label is empty: give one, or remove the row");
  example.index = static_cast<int64_t>(texts.examples.size());
  texts.examples.push_back(std::move(example));
}

void read_table(const TextFile& file, const TextLayout& layout, TextExamples& texts) {
  const TableStyle style =
      recognise_table(file, layout.format, layout.header, column_names(layout, /*labelled=*/true),
                      texts.remarks, texts.warnings);
  TableReader reader(file, style);
  if (!reader.next()) return;
  const Columns columns(layout, /*labelled=*/true, reader, "task.");
  for (bool more = !layout.header || reader.next(); more; more = reader.next())
    add(columns.example(reader), texts);
  texts.blank = reader.blank();
}

void read_json(const TextFile& file, bool array, const TextLayout& layout, TextExamples& texts) {
  JsonRecords records(file, array);
  while (records.next()) {
    TextExample example;
    example.location = records.location();
    example.text = records.text(layout.text);
    if (!layout.second.empty()) example.second = records.text(layout.second);
    example.label = records.text(layout.label);
    add(std::move(example), texts);
  }
  texts.blank = records.blank();
}

}  // namespace

TextExamples read_labelled_texts(const std::string& path, const TextLayout& layout,
                                 const std::vector<std::string>& labels) {
  TextExamples texts;
  texts.path = path;
  std::error_code ignored;
  const bool folder = layout.format == TextFormat::folders ||
                      (layout.format == TextFormat::automatic && fs::is_directory(path, ignored));
  if (folder) {
    if (!layout.second.empty()) throw UsageError("task.second: a folder of texts holds no pairs");
    read_folders(path, labels, texts);
  } else {
    const TextFile file(path);
    const Writing writing = recognise_writing(file, layout.format);
    if (writing == Writing::table) {
      read_table(file, layout, texts);
    } else {
      read_json(file, writing == Writing::json_array, layout, texts);
    }
  }
  if (texts.examples.empty()) throw DataError(path + ": holds no examples");
  return texts;
}

}  // namespace yoso::data
