#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "yoso/config/fields.h"
#include "yoso/config/tree.h"

namespace yoso::config {

/// How a tokenizer departs from its kind's published form.
struct TokenizerOptions {
  bool cased = false;         // bert: keep capitals and accents
  bool keep_accents = false;  // albert: keep accents, and compatibility forms as they are
  bool prefix_space = false;  // roberta: the first word looks like any other
  int64_t max_word_chars = 100;

  void fields(FieldVisitor& visitor);
};

/// Texts of one kind that go into a corpus, and which of them.
struct SourceConfig {
  std::string input;
  std::string format = "blank_line";
  std::string sentences = "line";
  std::string text_field = "text";
  int64_t document_lines = 1000;
  int64_t min_words = 0;
  double rate = 1;

  void fields(FieldVisitor& visitor);

  /// All but `input`, which a command line takes many of.
  void shared_fields(FieldVisitor& visitor);
};

/// Section `corpus`: from which texts, how and where to the token shards are made. Training reads
/// the shards by the same section.
struct CorpusConfig {
  std::string tokenizer;  // KIND:PATH
  TokenizerOptions tokenizer_options;
  std::string shards;  // folder
  double validation = 0.01;
  int64_t shard_tokens = int64_t{1} << 25;
  std::string bad_utf8 = "error";
  int64_t seed = 1;
  Tree sources;  // a list of SourceConfig

  void fields(FieldVisitor& visitor);

  /// What a command line without a file may set besides tokenizer, folder and sources.
  void shared_fields(FieldVisitor& visitor);
};

/// Section `corpus` with every key and all paths absolute. UsageError as `read`, and where
/// tokenizer or shards are missing.
Tree resolve_corpus(const Tree& section);

/// The list of sources, each checked. UsageError with file and line, as `read`.
std::vector<SourceConfig> read_sources(const Tree& sources, const std::string& path);

}  // namespace yoso::config
