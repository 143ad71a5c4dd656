#include "yoso/report/table.h"

#include <algorithm>
#include <stdexcept>

#include "yoso/util/format.h"

namespace yoso::report {
namespace {

/// Numbers, and what replaces a missing one: 12, -0.5, 31.4 %, 1.2e-05, 0.31 ± 0.02, 1:05, 120k,
/// -.
bool looks_like_number(const std::string& cell) {
  static constexpr std::string_view kMissing = "-–—?";
  if (cell.empty() || kMissing.find(cell) != std::string_view::npos) return true;
  const size_t first = cell.find_first_not_of("+-.<>≤≥~ ");
  return first != std::string::npos && cell[first] >= '0' && cell[first] <= '9';
}

struct Column {
  size_t width = 0;
  bool right = true;
};

std::vector<Column> layout(const std::vector<std::string>& header,
                           const std::vector<std::vector<std::string>>& rows) {
  std::vector<Column> columns;
  for (const std::string& name : header) columns.push_back({display_width(name), !rows.empty()});
  for (const auto& row : rows) {
    for (size_t i = 0; i < columns.size(); ++i) {
      columns[i].width = std::max(columns[i].width, display_width(row[i]));
      columns[i].right = columns[i].right && looks_like_number(row[i]);
    }
  }
  return columns;
}

std::string pad(const std::string& cell, const Column& column) {
  const std::string space(column.width - display_width(cell), ' ');
  return column.right ? space + cell : cell + space;
}

std::string text_line(const std::vector<std::string>& row, const std::vector<Column>& columns) {
  std::string line;
  for (size_t i = 0; i < columns.size(); ++i) line += (i ? "  " : "") + pad(row[i], columns[i]);
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string markdown_line(const std::vector<std::string>& row, const std::vector<Column>& columns) {
  std::string line = "|";
  for (size_t i = 0; i < columns.size(); ++i) line += " " + pad(row[i], columns[i]) + " |";
  return line + "\n";
}

/// A pipe would end the cell.
std::vector<std::string> escape_pipes(std::vector<std::string> row) {
  for (std::string& cell : row) {
    for (size_t at = 0; (at = cell.find('|', at)) != std::string::npos; at += 2)
      cell.insert(at, "\\");
  }
  return row;
}

std::string csv_line(const std::vector<std::string>& row) {
  std::string line;
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line += ',';
    if (row[i].find_first_of(",\"\r\n") == std::string::npos) {
      line += row[i];
      continue;
    }
    line += '"';
    for (char c : row[i]) line += c == '"' ? "\"\"" : std::string(1, c);
    line += '"';
  }
  return line + "\n";
}

}  // namespace

Table::Table(std::vector<std::string> header) : header_(std::move(header)) {}

void Table::add(std::vector<std::string> row) {
  if (row.size() > header_.size()) throw std::invalid_argument("more cells than columns");
  row.resize(header_.size());
  rows_.push_back(std::move(row));
}

std::string Table::text() const {
  const std::vector<Column> columns = layout(header_, rows_);
  std::vector<std::string> rule;
  for (const Column& column : columns) rule.emplace_back(column.width, '-');
  std::string text = text_line(header_, columns) + text_line(rule, columns);
  for (const auto& row : rows_) text += text_line(row, columns);
  return text;
}

std::string Table::markdown() const {
  const std::vector<std::string> header = escape_pipes(header_);
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : rows_) rows.push_back(escape_pipes(row));
  std::vector<Column> columns = layout(header, rows);
  std::vector<std::string> rule;
  for (Column& column : columns) {
    column.width = std::max<size_t>(column.width, 3);
    rule.push_back(std::string(column.width - (column.right ? 1 : 0), '-') +
                   (column.right ? ":" : ""));
  }
  std::string text = markdown_line(header, columns) + markdown_line(rule, columns);
  for (const auto& row : rows) text += markdown_line(row, columns);
  return text;
}

std::string Table::csv() const {
  std::string text = csv_line(header_);
  for (const auto& row : rows_) text += csv_line(row);
  return text;
}

}  // namespace yoso::report
