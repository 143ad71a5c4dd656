#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "yoso/config/fields.h"
#include "yoso/config/tree.h"

namespace yoso::config {

/// Departures of a tokenizer from the published form of its kind.
struct TokenizerOptions {
  bool cased = false;         // bert: keep capitals and accents
  bool keep_accents = false;  // albert: keep accents, and compatibility forms as they are
  bool prefix_space = false;  // roberta: tokenize the first word like any other
  int64_t max_word_chars = 100;

  void fields(FieldVisitor& visitor);
};

/// How documents are marked in a text.
enum class CorpusFormat {
  blank_line,
  file,
  line,
  sentences,
  wikiextractor,
  jsonl,
  wikitext,
  automatic  // by each file's name and first bytes
};
constexpr auto names_of(CorpusFormat) {
  return std::array{"blank_line",    "file",  "line",     "sentences",
                    "wikiextractor", "jsonl", "wikitext", "auto"};
}

/// Where a sentence ends: at every line, or also at . ! ? before a capital.
enum class SentenceEnds { line, punctuation };
constexpr auto names_of(SentenceEnds) { return std::array{"line", "punctuation"}; }

/// How malformed UTF-8 is treated.
enum class BadUtf8 { error, replace };
constexpr auto names_of(BadUtf8) { return std::array{"error", "replace"}; }

/// The texts of one kind that go into a corpus, and the fraction of them that is taken.
struct SourceConfig {
  std::string input;
  CorpusFormat format = CorpusFormat::automatic;
  SentenceEnds sentences = SentenceEnds::line;
  std::string text_field = "text";
  int64_t document_lines = 1000;
  int64_t min_words = 0;
  double rate = 1;

  void fields(FieldVisitor& visitor);

  /// All fields but `input`: a command line gives several inputs that share the others.
  void shared_fields(FieldVisitor& visitor);
};

/// Section `corpus`: the texts that the token shards are made from, how they are made, and their
/// folder. Training finds the shards through the same section.
struct CorpusConfig {
  std::string tokenizer;  // KIND:PATH
  TokenizerOptions tokenizer_options;
  std::string shards;  // folder
  double validation = 0.01;
  int64_t shard_tokens = int64_t{1} << 25;
  BadUtf8 bad_utf8 = BadUtf8::error;
  int64_t skip_bad_rows = 0;  // bad lines of JSON to pass over before giving up
  int64_t seed = 1;
  Tree sources;  // a list of SourceConfig

  void fields(FieldVisitor& visitor);

  /// The fields that a command line without a file may set, beside tokenizer, folder and sources.
  void shared_fields(FieldVisitor& visitor);
};

/// Section `corpus` with every key present and all paths absolute. UsageError as `read`, and where
/// `tokenizer` or `shards` is missing.
Tree resolve_corpus(const Tree& section);

/// The sources of a list, each one checked; `path` is the list's dotted key in messages. UsageError
/// with file and line as `read`, and where the list is empty or a source has no `input`.
std::vector<SourceConfig> read_sources(const Tree& sources, const std::string& path);

}  // namespace yoso::config
