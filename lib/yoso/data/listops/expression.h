#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "yoso/data/listops/symbols.h"
#include "yoso/util/random.h"

namespace yoso::data::listops {

/// How expressions grow. The defaults are the Long Range Arena's.
struct Grammar {
  int64_t max_depth = 10;           // of nested operators and values; 1: a lone value
  int64_t max_arguments = 10;       // an operator has 2 to max_arguments, equally likely
  double value_probability = 0.75;  // a node above max_depth is a value, else an operator
};

/// Grows one tree from the root: a node at max_depth, or any other with value_probability, is a
/// value 0..9; otherwise an operator with arguments grown one level deeper. Operators, values and
/// numbers of arguments are uniform. False (with `tokens` unspecified) as soon as the tree must
/// have more than `max_length` tokens.
bool grow(const Grammar& grammar, int64_t max_length, RandomStream& random,
          std::vector<Token>& tokens);

/// The length of the longest tree, saturated at `limit`.
int64_t longest(const Grammar& grammar, int64_t limit);

/// The value 0..9 of an expression. DataError `token N: what is wrong` (the first token is 1) when
/// it is not exactly one well-formed expression; operators need at least one argument.
int64_t evaluate(std::span<const Token> tokens);

/// Appends the published text of a well-formed expression: every operator is applied to one
/// argument at a time, each application in parentheses, single spaces: `( ( ( [MAX 2 ) 9 ) ] )` for
/// `[MAX 2 9 ]`.
void append_text(std::span<const Token> tokens, std::string& text);

}  // namespace yoso::data::listops
