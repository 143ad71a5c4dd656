#include "yoso/data/listops/expression.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "support/user_error.h"

namespace yoso::data::listops {
namespace {

using yoso::testing::error_text;

std::vector<Token> tokens_of(const std::string& text) {
  std::vector<Token> tokens;
  std::istringstream words(text);
  for (std::string word; words >> word;) tokens.push_back(find_symbol(word).value());
  return tokens;
}

int64_t value_of(const std::string& text) { return evaluate(tokens_of(text)); }

TEST(ListOpsSymbols, TheTableIsFixed) {
  // Checkpoints hold an embedding per id: this list must never change.
  const std::vector<std::string> expected = {"<pad>", "0",    "1",   "2", "3",        "4",
                                             "5",     "6",    "7",   "8", "9",        "[MIN",
                                             "[MAX",  "[MED", "[SM", "]", "<unknown>"};
  ASSERT_EQ(expected.size(), static_cast<size_t>(kSymbols));
  for (Token token = 0; token < kSymbols; ++token) {
    EXPECT_EQ(symbol_text(token), expected[token]);
    const bool written = token != kPad && token != kUnknown;
    EXPECT_EQ(find_symbol(expected[token]).has_value(), written) << expected[token];
    if (written) {
      EXPECT_EQ(find_symbol(expected[token]), token);
    }
  }
  for (const char* other :
       {"[FIRST", "[LAST", "[PM", "[FLSUM", "X", "10", "", "[min", "(", "MAX"}) {
    EXPECT_FALSE(find_symbol(other).has_value()) << other;
  }
}

TEST(ListOpsExpression, Evaluates) {
  EXPECT_EQ(value_of("7"), 7);
  EXPECT_EQ(value_of("[MAX 2 9 4 ]"), 9);
  EXPECT_EQ(value_of("[MIN 2 9 4 ]"), 2);
  EXPECT_EQ(value_of("[SM 8 9 4 ]"), 1);
  EXPECT_EQ(value_of("[MED 2 9 4 ]"), 4);
  EXPECT_EQ(value_of("[MED 9 2 ]"), 5);      // 5.5
  EXPECT_EQ(value_of("[MED 1 8 4 7 ]"), 5);  // (4 + 7) / 2
  EXPECT_EQ(value_of("[MED 3 ]"), 3);
  EXPECT_EQ(value_of("[SM 5 [MAX 1 [MIN 8 6 ] ] [MED 0 0 9 ] 4 ]"), 5);
}

TEST(ListOpsExpression, ReportsWhatIsMalformed) {
  const auto error = [](const std::string& text) {
    return error_text([&] { value_of(text); }, ExitCode::data);
  };
  EXPECT_EQ(error(""), "token 1: expression ends early");
  EXPECT_EQ(error("[MAX 1 2"), "token 4: expression ends early");
  EXPECT_EQ(error("[MAX 1 [MIN 2 ]"), "token 6: expression ends early");
  EXPECT_EQ(error("]"), "token 1: `]` without an operator");
  EXPECT_EQ(error("[MAX ]"), "token 2: operator without arguments");
  EXPECT_EQ(error("1 2"), "token 2: `2` after the end");
  EXPECT_EQ(error("[SM 1 2 ] ]"), "token 5: `]` after the end");
  EXPECT_EQ(error_text(
                [] {
                  evaluate(std::vector<Token>{kMax, kPad, kClose});
                },
                ExitCode::data),
            "token 2: `<pad>` in an expression");
}

TEST(ListOpsExpression, WritesThePublishedForm) {
  const auto text = [](const std::string& expression) {
    std::string text;
    append_text(tokens_of(expression), text);
    return text;
  };
  EXPECT_EQ(text("7"), "7");
  EXPECT_EQ(text("[MAX 2 9 4 ]"), "( ( ( ( [MAX 2 ) 9 ) 4 ) ] )");
  EXPECT_EQ(text("[SM 1 [MIN 2 3 ] 4 ]"), "( ( ( ( [SM 1 ) ( ( ( [MIN 2 ) 3 ) ] ) ) 4 ) ] )");
}

TEST(ListOpsGrammar, LongestTree) {
  EXPECT_EQ(longest({.max_depth = 1}, 1000), 1);
  EXPECT_EQ(longest({.max_depth = 2}, 1000), 12);
  EXPECT_EQ(longest({.max_depth = 3}, 1000), 122);
  EXPECT_EQ(longest({.max_depth = 10}, 1000), 1000);
  EXPECT_EQ(longest({.max_depth = 3, .max_arguments = 2}, 1000), 10);
}

/// Counts what the rule draws at each node of complete trees.
struct Census {
  std::vector<int64_t> operators = std::vector<int64_t>(4, 0);
  std::vector<int64_t> values = std::vector<int64_t>(10, 0);
  std::vector<int64_t> arguments = std::vector<int64_t>(11, 0);
  int64_t inner_values = 0;  // values above the deepest level
  int64_t inner_nodes = 0;
  int64_t deepest = 0;

  void add(const std::vector<Token>& tokens, int64_t max_depth) {
    std::vector<int64_t> open;
    for (Token token : tokens) {
      if (token == kClose) {
        ++arguments.at(open.back());
        open.pop_back();
        continue;
      }
      if (!open.empty()) ++open.back();
      const int64_t depth = static_cast<int64_t>(open.size()) + 1;
      deepest = std::max(deepest, depth);
      if (depth < max_depth) {
        ++inner_nodes;
        inner_values += is_digit(token);
      }
      if (is_digit(token)) {
        ++values[token - kDigit0];
      } else {
        ++operators.at(token - kMin);
        open.push_back(0);
      }
    }
  }
};

/// Every count within five standard deviations of its fraction of the total.
void expect_uniform(const std::vector<int64_t>& counts, const char* what) {
  double total = 0;
  for (int64_t count : counts) total += static_cast<double>(count);
  const double mean = total / static_cast<double>(counts.size());
  const double deviation = std::sqrt(mean * (1 - 1.0 / static_cast<double>(counts.size())));
  for (size_t i = 0; i < counts.size(); ++i)
    EXPECT_NEAR(counts[i], mean, 5 * deviation) << what << " " << i;
}

TEST(ListOpsGrammar, DrawsByThePublishedRule) {
  // All trees, not only those of some length: the choices at the nodes are then independent.
  const Grammar grammar;
  Census census;
  std::vector<Token> tokens;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    RandomStream random(seed, "test");
    ASSERT_TRUE(grow(grammar, INT64_MAX, random, tokens));
    census.add(tokens, grammar.max_depth);
  }
  EXPECT_EQ(census.deepest, 10);
  expect_uniform(census.operators, "operator");
  expect_uniform(census.values, "value");
  EXPECT_EQ(census.arguments[0] + census.arguments[1], 0);
  expect_uniform({census.arguments.begin() + 2, census.arguments.end()}, "arguments 2 +");
  const auto nodes = static_cast<double>(census.inner_nodes);
  EXPECT_NEAR(static_cast<double>(census.inner_values) / nodes, 0.75,
              5 * std::sqrt(0.75 * 0.25 / nodes));
}

TEST(ListOpsGrammar, StopsAtTheLengthLimit) {
  const Grammar grammar;
  int64_t kept = 0;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    std::vector<Token> free, limited;
    RandomStream first(seed, "test"), second(seed, "test");
    ASSERT_TRUE(grow(grammar, INT64_MAX, first, free));
    const bool fits = grow(grammar, 60, second, limited);
    ASSERT_EQ(fits, free.size() <= 60) << "seed " << seed;
    if (fits) {
      ASSERT_EQ(free, limited) << "seed " << seed;
    }
    kept += fits && free.size() > 1;
  }
  EXPECT_GT(kept, 100);
}

TEST(ListOpsGrammar, OptionsHold) {
  std::vector<Token> tokens;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    RandomStream random(seed, "test");
    ASSERT_TRUE(grow({.max_depth = 3, .max_arguments = 2, .value_probability = 0}, INT64_MAX,
                     random, tokens));
    ASSERT_EQ(tokens.size(), 10u);  // full binary tree: two levels of operators above four values
    Census census;
    census.add(tokens, 3);
    ASSERT_EQ(census.deepest, 3);
    ASSERT_EQ(census.arguments[2], 3);
  }
}

}  // namespace
}  // namespace yoso::data::listops
