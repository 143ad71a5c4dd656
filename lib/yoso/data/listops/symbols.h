#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// ListOps (Nangia and Bowman 2018) as used by the Long Range Arena (Tay et al. 2020): prefix
/// expressions such as `[MAX 2 9 [MIN 4 7 ] 0 ]`, whose value is one of ten classes.
namespace yoso::data::listops {

using Token = uint8_t;

/// The symbol table, never to be changed because checkpoints depend on it. (The Arena's own loader
/// numbers symbols in the order of an unordered set, differently in every run, and calls `]` X.)
inline constexpr Token kPad = 0;
inline constexpr Token kDigit0 = 1;  // digit d is kDigit0 + d, up to 10
inline constexpr Token kMin = 11;
inline constexpr Token kMax = 12;
inline constexpr Token kMed = 13;      // median, the mean of the two middle values truncated
inline constexpr Token kSm = 14;       // sum modulo 10
inline constexpr Token kClose = 15;    // `]`
inline constexpr Token kUnknown = 16;  // makes up the published 17 symbols; no reader returns it
inline constexpr int64_t kSymbols = 17;
inline constexpr int64_t kClasses = 10;

constexpr bool is_digit(Token token) { return token >= kDigit0 && token < kDigit0 + 10; }
constexpr bool is_operator(Token token) { return token >= kMin && token <= kSm; }

/// The symbol as written in a file: "7", "[MAX", "]"; "<pad>" and "<unknown>" for the two that are
/// never written.
std::string_view symbol_text(Token token);

/// The token of a written symbol; empty for anything else, also for the operators of other versions
/// of ListOps ([FIRST, [LAST, [PM, [FLSUM).
std::optional<Token> find_symbol(std::string_view text);

}  // namespace yoso::data::listops
