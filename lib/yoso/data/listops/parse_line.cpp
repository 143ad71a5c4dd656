#include "yoso/data/listops/parse_line.h"

#include <algorithm>

#include "yoso/util/error.h"

namespace yoso::data::listops {
namespace {

struct Columns {
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

Columns split_columns(std::string_view line, Layout layout) {
  const size_t tab = line.find('\t');
  if (tab == std::string_view::npos || line.find('\t', tab + 1) != std::string_view::npos) {
    throw DataError("expected 2 columns separated by a tab, found " +
                    std::to_string(1 + std::count(line.begin(), line.end(), '\t')));
  }
  const std::string_view first = line.substr(0, tab);
  const std::string_view second = line.substr(tab + 1);
  return layout == Layout::lra ? Columns{first, second} : Columns{second, first};
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

}  // namespace

int64_t parse_line(std::string_view line, Layout layout, std::vector<Token>& tokens) {
  const Columns columns = split_columns(without_carriage_return(line), layout);
  const int64_t label = parse_label(columns.label);
  parse_expression(columns.source, tokens);
  return label;
}

std::pair<std::string_view, Layout> recognise_layout(std::string_view text,
                                                     const std::string& path) {
  if (text.empty()) throw DataError(path + ": the file is empty");
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = without_carriage_return(text.substr(0, end));
  if (line == "Source\tTarget") {
    const std::string_view body = text.substr(std::min(end + 1, text.size()));
    if (body.empty()) throw DataError(path + ": no examples after the header");
    return {body, Layout::lra};
  }
  if (line.size() > 1 && line[0] >= '0' && line[0] <= '9' && line[1] == '\t') {
    return {text, Layout::original};
  }
  throw DataError(path + ":1: expected the header `Source<TAB>Target`, or `label<TAB>expression`");
}

}  // namespace yoso::data::listops
