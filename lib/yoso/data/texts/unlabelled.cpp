#include "yoso/data/texts/unlabelled.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "yoso/data/texts/columns.h"
#include "yoso/data/texts/json_records.h"
#include "yoso/data/texts/recognise.h"
#include "yoso/data/texts/table_reader.h"
#include "yoso/util/error.h"
#include "yoso/util/file_kind.h"

namespace yoso::data {
namespace {

constexpr const char* kWaysOut =
    "; rename them, name them by --text and --second, or take each line as a text by --format "
    "lines";

void append(TextExample example, TextExamples& texts) {
  example.index = static_cast<int64_t>(texts.examples.size());
  texts.examples.push_back(std::move(example));
}

TextExample blank_example(const std::string& location) {
  TextExample example;
  example.location = location;
  return example;
}

TextFormat table_format(const TextLayout& layout, InputFormat format) {
  if (format == InputFormat::csv) return TextFormat::csv;
  if (format == InputFormat::tsv || layout.format == TextFormat::tsv) return TextFormat::tsv;
  return TextFormat::automatic;
}

void read_unlabelled_table(const TextFile& file, const TextLayout& layout, InputFormat format,
                           TextExamples& texts) {
  const TableStyle style =
      recognise_table(file, table_format(layout, format), layout.header,
                      column_names(layout, /*labelled=*/false), texts.remarks, texts.warnings);
  TableReader reader(file, style);
  if (!reader.next()) return;
  const Columns columns(layout, /*labelled=*/false, reader, "--");
  for (bool more = !layout.header || reader.next_or_empty(); more; more = reader.next_or_empty())
    append(reader.empty() ? blank_example(reader.location()) : columns.example(reader), texts);
}

void read_unlabelled_json(const TextFile& file, bool array, const TextLayout& layout,
                          TextExamples& texts) {
  JsonRecords records(file, array);
  while (records.next_or_empty()) {
    TextExample example = blank_example(records.location());
    if (!records.empty()) {
      example.text = records.text(layout.text);
      if (!layout.second.empty()) example.second = records.text(layout.second);
    }
    append(std::move(example), texts);
  }
}

void read_lines(const TextFile& file, bool pairs, TextExamples& texts) {
  TableReader reader(file);
  while (reader.next_or_empty()) {
    TextExample example = blank_example(reader.location());
    const std::string_view line = reader.line();
    if (!pairs) {
      example.text = line;
    } else if (line.find_first_not_of(" \r") != line.npos) {
      if (reader.fields().size() != 2) {
        reader.refuse("found " + std::to_string(reader.fields().size()) +
                      " fields separated by tabs, expected the 2 texts of a pair");
      }
      example.text = reader.fields()[0];
      example.second = reader.fields()[1];
    }
    append(std::move(example), texts);
  }
}

/// What the first lines tell of a file that neither name nor option describe.
struct FirstLook {
  std::vector<std::string> first;  // fields of the first line with text, split at tabs
  bool even = true;                // all lines with text have as many fields
};

FirstLook look_at(const TextFile& file) {
  FirstLook look;
  TableReader reader(file);
  while (look.even && reader.next()) {
    if (look.first.empty()) {
      look.first.assign(reader.fields().begin(), reader.fields().end());
    } else {
      look.even = reader.fields().size() == look.first.size();
    }
  }
  return look;
}

/// Whether a word is one that columns are often called by.
bool is_column_word(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::string_view kWords[] = {
      "text",    "texts",    "sentence", "sentence1", "sentence2", "premise",    "hypothesis",
      "review",  "reviews",  "content",  "body",      "comment",   "tweet",      "title",
      "message", "document", "label",    "labels",    "class",     "id",         "index",
      "target",  "question", "answer",   "question1", "question2", "description"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "`" : ", `") + name + "`";
  return text;
}

/// Whether the header of a table stands in the first line: the layout's columns, between tabs, or
/// between commas or semicolons without any space.
bool names_columns(const TextFile& file, const TextLayout& layout) {
  for (const char delimiter : {'\t', ',', ';'}) {
    RecordSplitter records(file.text(), {delimiter, true});
    while (records.next() && records.empty()) {
    }
    const auto& fields = records.fields();
    const auto names = column_names(layout, /*labelled=*/false);
    const bool all = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
      return find_column(fields, name).has_value();
    });
    if (all && (delimiter == '\t' || records.raw().find(' ') == std::string_view::npos ||
                records.quoted() > 0))
      return true;
  }
  return false;
}

/// Whether lines that are named by nothing are a table. DataError: they look like one of other
/// columns than the layout's.
bool lines_are_table(const TextFile& file, const TextLayout& layout, TextExamples& texts) {
  if (layout.header && names_columns(file, layout)) return true;
  const FirstLook look = look_at(file);
  const bool several = look.first.size() > 1;
  if (!layout.header) return several;
  const bool pairs = !layout.second.empty();
  const bool header = std::any_of(look.first.begin(), look.first.end(), is_column_word);
  const bool other_columns =
      several && ((look.even && !(pairs && look.first.size() == 2)) || header);
  if (other_columns) {
    const std::vector<std::string_view> found(look.first.begin(), look.first.end());
    throw DataError(file.path() + ": " + std::to_string(look.first.size()) + " columns (" +
                    listed(found) + "), where the model was trained on " +
                    quoted_list(column_names(layout, /*labelled=*/false)) + kWaysOut);
  }
  if (header && !pairs) {
    texts.warnings.push_back(file.path() + ": the first line, `" + look.first.front() +
                             "`, looks like a header and is predicted as a text (--text " +
                             look.first.front() + " takes it as one)");
  }
  return false;
}

}  // namespace

TextExamples read_unlabelled_texts(const TextFile& file, const TextLayout& layout,
                                   InputFormat format) {
  TextExamples texts;
  texts.path = file.path();
  if (file.text().empty()) throw DataError(file.path() + ": the file is empty");
  const bool automatic = format == InputFormat::automatic;
  const Writing writing = recognise_writing(
      file, automatic                                                     ? TextFormat::automatic
            : format == InputFormat::jsonl || format == InputFormat::json ? TextFormat::json
                                                                          : TextFormat::tsv);
  if (automatic && recognise_file(file.text()) == FileKind::html)
    throw DataError(file.path() + ": is HTML: extract its text");
  if (writing != Writing::table) {
    read_unlabelled_json(file, writing == Writing::json_array, layout, texts);
  } else if (format == InputFormat::lines ||
             (automatic && !named_as_table(file.path()) && !lines_are_table(file, layout, texts))) {
    read_lines(file, !layout.second.empty(), texts);
  } else {
    read_unlabelled_table(file, layout, format, texts);
  }
  if (texts.examples.empty()) throw DataError(file.path() + ": holds no examples");
  return texts;
}

}  // namespace yoso::data
