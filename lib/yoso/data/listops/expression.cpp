#include "yoso/data/listops/expression.h"

#include <algorithm>

#include "yoso/util/error.h"

namespace yoso::data::listops {
namespace {

class Grower {
 public:
  Grower(const Grammar& grammar, int64_t max_length, RandomStream& random,
         std::vector<Token>& tokens)
      : grammar_(grammar), max_length_(max_length), random_(random), tokens_(tokens) {}

  bool node(int64_t depth) {
    if (depth >= grammar_.max_depth || random_.uniform() < grammar_.value_probability) {
      tokens_.push_back(static_cast<Token>(kDigit0 + random_.below(10)));
      return true;
    }
    const int64_t arguments = 2 + static_cast<int64_t>(random_.below(grammar_.max_arguments - 1));
    // Counted as one value so far: now the operator, its `]` and at least one token an argument.
    least_length_ += arguments + 1;
    if (least_length_ > max_length_) return false;
    tokens_.push_back(static_cast<Token>(kMin + random_.below(4)));
    for (int64_t i = 0; i < arguments; ++i) {
      if (!node(depth + 1)) return false;
    }
    tokens_.push_back(kClose);
    return true;
  }

 private:
  const Grammar& grammar_;
  int64_t max_length_;
  RandomStream& random_;
  std::vector<Token>& tokens_;
  int64_t least_length_ = 1;  // of the whole tree if all further nodes are values
};

int64_t apply(Token operation, std::span<int64_t> values) {
  switch (operation) {
    case kMin:
      return *std::min_element(values.begin(), values.end());
    case kMax:
      return *std::max_element(values.begin(), values.end());
    case kMed: {
      std::sort(values.begin(), values.end());
      const size_t middle = values.size() / 2;
      return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
    default: {
      int64_t sum = 0;
      for (int64_t value : values) sum += value;
      return sum % 10;
    }
  }
}

[[noreturn]] void malformed(size_t index, const std::string& what) {
  throw DataError("token " + std::to_string(index + 1) + ": " + what);
}

/// For every operator its number of arguments, in the order of the operators.
std::vector<int64_t> count_arguments(std::span<const Token> tokens) {
  std::vector<int64_t> counts;
  std::vector<size_t> open;
  for (Token token : tokens) {
    if (token == kClose) {
      open.pop_back();
    } else {
      if (!open.empty()) ++counts[open.back()];
      if (is_operator(token)) {
        open.push_back(counts.size());
        counts.push_back(0);
      }
    }
  }
  return counts;
}

}  // namespace

bool grow(const Grammar& grammar, int64_t max_length, RandomStream& random,
          std::vector<Token>& tokens) {
  tokens.clear();
  return Grower(grammar, max_length, random, tokens).node(1);
}

int64_t longest(const Grammar& grammar, int64_t limit) {
  int64_t length = 1;
  for (int64_t depth = 1; depth < grammar.max_depth && length < limit; ++depth) {
    length = 2 + grammar.max_arguments * length;
  }
  return std::min(length, limit);
}

int64_t evaluate(std::span<const Token> tokens) {
  struct Open {
    Token operation;
    size_t first_value;  // in `values`
  };
  std::vector<Open> open;
  std::vector<int64_t> values;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token token = tokens[i];
    if (open.empty() && !values.empty())
      malformed(i, "`" + std::string(symbol_text(token)) + "` after the end");
    if (is_digit(token)) {
      values.push_back(token - kDigit0);
    } else if (is_operator(token)) {
      open.push_back({token, values.size()});
    } else if (token == kClose) {
      if (open.empty()) malformed(i, "`]` without an operator");
      const auto [operation, first] = open.back();
      if (values.size() == first) malformed(i, "operator without arguments");
      const int64_t value = apply(operation, std::span(values).subspan(first));
      open.pop_back();
      values.resize(first);
      values.push_back(value);
    } else {
      malformed(i, "`" + std::string(symbol_text(token)) + "` in an expression");
    }
  }
  if (!open.empty() || values.empty()) malformed(tokens.size(), "expression ends early");
  return values.front();
}

void append_text(std::span<const Token> tokens, std::string& text) {
  const std::vector<int64_t> counts = count_arguments(tokens);
  size_t operators = 0;
  int64_t depth = 0;
  for (Token token : tokens) {
    if (is_operator(token)) {
      // One parenthesis an application: each argument, then `]`.
      for (int64_t i = counts[operators++]; i >= 0; --i) text += "( ";
      text += symbol_text(token);
      text += ' ';
      ++depth;
      continue;
    }
    text += symbol_text(token);
    if (token == kClose) {
      text += " )";
      --depth;
    }
    if (depth > 0) text += " ) ";
  }
}

}  // namespace yoso::data::listops
