#include "yoso/data/pretraining/masking.h"

#include <algorithm>

#include "yoso/util/error.h"

namespace yoso::data::pretraining {

Masking::Masking(const MaskingOptions& options, const Vocabulary& vocabulary)
    : options_(options), vocabulary_(vocabulary) {
  if (vocabulary.mask < 0) throw UsageError("the vocabulary has no mask token");
  if (options.whole_words && vocabulary.continues_word.empty()) {
    throw UsageError(
        "whole words cannot be masked: the corpus does not mark the tokens that continue a word");
  }
}

/// The positions that can be masked, those of one word together where words are asked for.
std::vector<Masking::Unit> Masking::units(const Sample& sample) const {
  std::vector<Unit> units;
  bool joins = false;  // whether the token before may be continued
  for (size_t i = 0; i < sample.tokens.size(); ++i) {
    const TokenId token = sample.tokens[i];
    if (vocabulary_.is_special(token)) {
      joins = false;
      continue;
    }
    const bool continues = options_.whole_words && joins && vocabulary_.continues_word.at(token);
    if (!continues) units.push_back({.first = static_cast<int32_t>(i)});
    ++units.back().count;
    joins = true;
  }
  return units;
}

TokenId Masking::shown(TokenId token, RandomStream& random) const {
  const double draw = random.uniform();
  if (draw < options_.mask_fraction) return vocabulary_.mask;
  if (draw >= options_.mask_fraction + options_.random_fraction) return token;
  const bool skips_pad = !options_.any_random && vocabulary_.pad >= 0;
  const auto other =
      static_cast<TokenId>(random.below(static_cast<uint64_t>(vocabulary_.size - skips_pad)));
  return skips_pad && other >= vocabulary_.pad ? other + 1 : other;
}

void Masking::apply(Sample& sample, RandomStream& random) const {
  auto units = this->units(sample);
  std::vector<int32_t>& masked = sample.masked;
  masked.clear();
  const auto take = [&](const Unit& unit) {
    for (int32_t i = 0; i < unit.count; ++i) masked.push_back(unit.first + i);
  };
  if (options_.rule == MaskRule::independent) {
    for (const Unit& unit : units) {
      if (random.uniform() < options_.rate) take(unit);
    }
  } else {
    size_t candidates = 0;
    for (const Unit& unit : units) candidates += static_cast<size_t>(unit.count);
    auto wanted = static_cast<size_t>(options_.rate * static_cast<double>(candidates));
    wanted = std::max(wanted, std::min(candidates, static_cast<size_t>(options_.least)));
    if (options_.most > 0) wanted = std::min(wanted, static_cast<size_t>(options_.most));
    // A shuffle (Fisher and Yates) that ends when enough are chosen; a word too long for what is
    // left is passed over.
    for (size_t i = 0; i < units.size() && masked.size() < wanted; ++i) {
      std::swap(units[i], units[i + random.below(units.size() - i)]);
      if (masked.size() + static_cast<size_t>(units[i].count) <= wanted) take(units[i]);
    }
    std::sort(masked.begin(), masked.end());
  }
  sample.targets.clear();
  for (const int32_t position : masked) {
    TokenId& token = sample.tokens[position];
    sample.targets.push_back(token);
    token = shown(token, random);
  }
}

}  // namespace yoso::data::pretraining
