#include "yoso/data/listops/read.h"

#include <algorithm>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "yoso/data/listops/expression.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/parallel.h"

namespace yoso::data::listops {
namespace {

constexpr size_t kPartBytes = 4 << 20;  // what a thread parses at a time

enum class Layout { arena, original };

struct Row {
  std::string_view source;
  std::string_view label;
};

std::string quoted(std::string_view text) {
  constexpr size_t kShown = 20;
  return "`" + std::string(text.substr(0, kShown)) + (text.size() > kShown ? "...`" : "`");
}

std::string_view without_carriage_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Row split_columns(std::string_view line, Layout layout) {
  const size_t tab = line.find('\t');
  if (tab == std::string_view::npos || line.find('\t', tab + 1) != std::string_view::npos) {
    throw DataError("expected 2 columns separated by a tab, found " +
                    std::to_string(1 + std::count(line.begin(), line.end(), '\t')));
  }
  const std::string_view first = line.substr(0, tab);
  const std::string_view second = line.substr(tab + 1);
  return layout == Layout::arena ? Row{first, second} : Row{second, first};
}

int64_t parse_label(std::string_view text) {
  if (text.size() != 1 || text[0] < '0' || text[0] > '9') {
    throw DataError("expected a label from 0 to 9, found " + quoted(text));
  }
  return text[0] - '0';
}

bool separates(char c) { return c == ' ' || c == '(' || c == ')'; }

void parse_expression(std::string_view source, std::vector<Token>& tokens) {
  tokens.clear();
  size_t i = 0;
  while (true) {
    while (i < source.size() && separates(source[i])) ++i;
    if (i == source.size()) break;
    const size_t begin = i;
    while (i < source.size() && !separates(source[i])) ++i;
    const std::string_view text = source.substr(begin, i - begin);
    if (text.size() == 1 && text[0] >= '0' && text[0] <= '9') {
      tokens.push_back(static_cast<Token>(kDigit0 + text[0] - '0'));
    } else if (const auto token = find_symbol(text)) {
      tokens.push_back(*token);
    } else {
      throw DataError("unknown symbol " + quoted(text) +
                      ", expected 0 to 9, [MIN, [MAX, [MED, [SM or ]");
    }
  }
  if (tokens.empty()) throw DataError("no expression");
}

struct WrongLine {
  int64_t line;  // counted within the part, from 1
  std::string what;
};

/// What one part of the file holds.
struct Part {
  ReadResult result;
  int64_t lines = 0;
  std::vector<WrongLine> wrong;
};

class PartParser {
 public:
  PartParser(Layout layout, const ReadOptions& options) : layout_(layout), options_(options) {}

  Part parse(std::string_view text) {
    Part part;
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      ++part.lines;
      try {
        add(without_carriage_return(text.substr(0, end)), part.result);
      } catch (const DataError& error) {
        part.wrong.push_back({part.lines, error.what()});
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return part;
  }

 private:
  void add(std::string_view line, ReadResult& result) {
    const Row row = split_columns(line, layout_);
    const int64_t label = parse_label(row.label);
    parse_expression(row.source, tokens_);
    if (options_.verify) {
      if (const int64_t value = evaluate(tokens_); value != label) {
        throw DataError("label " + std::to_string(label) + ", but the expression's value is " +
                        std::to_string(value));
      }
    }
    const auto length = static_cast<int64_t>(tokens_.size());
    result.longest = std::max(result.longest, length);
    result.cut += length > options_.max_length;
    result.rows.add(std::span(tokens_).first(std::min(length, options_.max_length)), label);
  }

  Layout layout_;
  const ReadOptions& options_;
  std::vector<Token> tokens_;
};

/// The text without a header line, and how its lines are laid out.
std::pair<std::string_view, Layout> recognise(std::string_view text, const std::string& path) {
  if (text.empty()) throw DataError(path + ": the file is empty");
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = without_carriage_return(text.substr(0, end));
  if (line == "Source\tTarget") {
    const std::string_view rows = text.substr(std::min(end + 1, text.size()));
    if (rows.empty()) throw DataError(path + ": no rows after the header");
    return {rows, Layout::arena};
  }
  if (line.size() > 1 && line[0] >= '0' && line[0] <= '9' && line[1] == '\t') {
    return {text, Layout::original};
  }
  throw DataError(path + ":1: expected the header `Source<TAB>Target`, or `label<TAB>expression`");
}

/// Cuts at ends of lines, into pieces of about kPartBytes.
std::vector<std::string_view> cut(std::string_view text) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const size_t newline =
        text.size() > kPartBytes ? text.find('\n', kPartBytes) : std::string_view::npos;
    const size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return pieces;
}

/// Hands the wrong lines to `bad`, in their order; the parts' first line has the number `first`.
std::vector<std::string> collect_wrong(const std::vector<Part>& parts, const std::string& path,
                                       int64_t first, BadRows& bad) {
  std::vector<std::string> skipped;
  int64_t before = first - 1;
  for (const Part& part : parts) {
    for (const WrongLine& wrong : part.wrong) {
      skipped.push_back(path + ":" + std::to_string(before + wrong.line) + ": " + wrong.what);
      bad.add(skipped.back());
    }
    before += part.lines;
  }
  return skipped;
}

ReadResult join(std::vector<Part>& parts) {
  ReadResult all;
  int64_t rows = 0;
  int64_t tokens = 0;
  for (const Part& part : parts) {
    rows += part.result.rows.size();
    tokens += part.result.rows.total_tokens();
  }
  all.rows.reserve(rows, tokens);
  for (Part& part : parts) {
    all.rows.append(part.result.rows);
    all.cut += part.result.cut;
    all.longest = std::max(all.longest, part.result.longest);
    part = {};  // gives its memory back: a full train split is some 200 MB
  }
  return all;
}

}  // namespace

ReadResult read(const std::string& path, const ReadOptions& options) {
  const MappedFile file(path);
  return read_text(file.text(), path, options);
}

ReadResult read_text(std::string_view content, const std::string& path,
                     const ReadOptions& options) {
  const auto [text, layout] = recognise(content, path);
  const std::vector<std::string_view> pieces = cut(text);
  std::vector<Part> parts(pieces.size());
  std::mutex mutex;
  int64_t done = 0;
  parallel_for(static_cast<int64_t>(pieces.size()), options.threads,
               [&, layout = layout, text = text](int64_t i) {
                 parts[i] = PartParser(layout, options).parse(pieces[i]);
                 std::lock_guard lock(mutex);
                 done += static_cast<int64_t>(pieces[i].size());
                 if (options.progress) options.progress(done, static_cast<int64_t>(text.size()));
               });
  BadRows none;
  auto skipped = collect_wrong(parts, path, layout == Layout::arena ? 2 : 1,
                               options.bad != nullptr ? *options.bad : none);
  ReadResult all = join(parts);
  all.skipped = std::move(skipped);
  return all;
}

}  // namespace yoso::data::listops
