#include "yoso/data/listops/symbols.h"

#include <array>

namespace yoso::data::listops {
namespace {

constexpr std::array<std::string_view, kSymbols> kTexts = {
    "<pad>", "0", "1",    "2",    "3",    "4",   "5", "6",        "7",
    "8",     "9", "[MIN", "[MAX", "[MED", "[SM", "]", "<unknown>"};

}  // namespace

std::string_view symbol_text(Token token) { return kTexts.at(token); }

std::optional<Token> find_symbol(std::string_view text) {
  for (Token token = kDigit0; token < kUnknown; ++token) {
    if (kTexts[token] == text) return token;
  }
  return std::nullopt;
}

}  // namespace yoso::data::listops
