#include "yoso/data/pretraining/masking.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace yoso::data {
namespace {

/// Neighbouring positions that are masked together or not at all.
struct Unit {
  int32_t first = 0, count = 0;
};

std::vector<Unit> find_units(std::span<const int32_t> ids, const MaskVocabulary& vocabulary,
                             bool whole_words) {
  std::vector<Unit> units;
  bool joined = false;  // the token before is part of a word
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto id = static_cast<size_t>(ids[i]);
    if (vocabulary.special.at(id)) {
      joined = false;
    } else if (joined && whole_words && vocabulary.continues_word.at(id)) {
      ++units.back().count;
    } else {
      units.push_back({static_cast<int32_t>(i), 1});
      joined = true;
    }
  }
  return units;
}

std::vector<Unit> choose(std::vector<Unit> units, const MaskingOptions& options,
                         RandomStream& random) {
  std::vector<Unit> chosen;
  if (options.count == MaskingOptions::Count::each) {
    for (const Unit& unit : units) {
      if (random.uniform() < options.rate) chosen.push_back(unit);
    }
    return chosen;
  }
  int64_t candidates = 0;
  for (const Unit& unit : units) candidates += unit.count;
  const auto share =
      static_cast<int64_t>(std::floor(options.rate * static_cast<double>(candidates)));
  int64_t left = std::min(options.most, share);
  // Fisher and Yates, as far as needed. A word that does not fit is passed over.
  for (size_t i = 0; i < units.size() && left > 0; ++i) {
    std::swap(units[i], units[i + random.below(units.size() - i)]);
    if (units[i].count > left) continue;
    chosen.push_back(units[i]);
    left -= units[i].count;
  }
  std::sort(chosen.begin(), chosen.end(),
            [](const Unit& a, const Unit& b) { return a.first < b.first; });
  return chosen;
}

int32_t random_token(const MaskVocabulary& vocabulary, int32_t first_random, RandomStream& random) {
  if (first_random >= 0) {
    const auto range = static_cast<uint64_t>(vocabulary.size - first_random);
    return first_random + static_cast<int32_t>(random.below(range));
  }
  while (true) {  // special tokens are few
    const auto id = static_cast<int32_t>(random.below(static_cast<uint64_t>(vocabulary.size)));
    if (!vocabulary.special[static_cast<size_t>(id)]) return id;
  }
}

}  // namespace

MaskedTokens mask_tokens(std::span<int32_t> ids, const MaskVocabulary& vocabulary,
                         const MaskingOptions& options, RandomStream random) {
  if (static_cast<size_t>(vocabulary.size) != vocabulary.special.size() ||
      std::find(vocabulary.special.begin(), vocabulary.special.end(), false) ==
          vocabulary.special.end()) {
    throw std::invalid_argument("mask_tokens: a vocabulary without a token to draw");
  }
  MaskedTokens result;
  for (const Unit& unit :
       choose(find_units(ids, vocabulary, options.whole_words), options, random)) {
    for (int32_t at = unit.first; at < unit.first + unit.count; ++at) {
      int32_t& id = ids[static_cast<size_t>(at)];
      result.positions.push_back(at);
      result.labels.push_back(id);
      const double draw = random.uniform();
      if (draw < options.masked) {
        id = vocabulary.mask;
      } else if (draw < options.masked + options.random) {
        id = random_token(vocabulary, options.first_random, random);
      }
    }
  }
  return result;
}

}  // namespace yoso::data
