#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace yoso::testing {

/// English of few words, which the vocabularies of tests/support/samples/tokenizers know: documents
/// of sentences, a sentence a line, a blank line between documents. What follows a word is easily
/// learnt. Numbers of the generator are those of the standard, so the text is the same everywhere.
inline std::string small_text(int64_t documents, uint64_t seed = 1) {
  const char* kActors[] = {"alice", "the mouse", "the cat", "the rabbit", "the caterpillar"};
  const char* kActs[] = {"said that", "thought that", "began to wonder why", "knew that"};
  const char* kPlaces[] = {"in the house", "at the door", "on the ground", "in the wood"};
  const char* kTimes[] = {"now", "soon", "again", "very much"};
  std::mt19937_64 random(seed);
  const auto below = [&](uint64_t bound) { return random() % bound; };
  std::string text;
  for (int64_t d = 0; d < documents; ++d) {
    if (d > 0) text += "\n";
    uint64_t actor = below(5);
    const uint64_t sentences = 2 + below(6);
    for (uint64_t s = 0; s < sentences; ++s) {
      const uint64_t other = below(5);
      text += std::string(kActors[actor]) + " " + kActs[below(4)] + " " + kActors[other] + " was " +
              kPlaces[other % 4] + " " + kTimes[s % 4] + ".\n";
      actor = other;  // the next sentence continues from here: the order can be told
    }
  }
  return text;
}

}  // namespace yoso::testing
