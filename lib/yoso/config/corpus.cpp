#include "yoso/config/corpus.h"

#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/util/error.h"
#include "yoso/util/path.h"

namespace yoso::config {

void TokenizerOptions::fields(FieldVisitor& visitor) {
  visitor.field({"cased", "bert: keep capitals and accents, as the cased models want"}, cased);
  visitor.field({"keep_accents", "albert: keep accents, and compatibility forms as they are"},
                keep_accents);
  visitor.field({"prefix_space", "roberta: put a space before the text, unless it has one"},
                prefix_space);
  visitor.field(
      {"max_word_chars",
       "bert: a longer word is unknown; 100 as in Hugging Face, 200 as in Google's files"},
      max_word_chars, {.min = 1, .max = 1'000'000});
}

void SourceConfig::fields(FieldVisitor& visitor) {
  visitor.field({"input",
                 "file, folder (all files below it) or pattern such as `wiki/*.xz`; plain, "
                 "gzip, bzip2, xz, zstd, tar or zip"},
                input, {});
  shared_fields(visitor);
}

void SourceConfig::shared_fields(FieldVisitor& visitor) {
  visitor.choice(
      {"format",
       "auto: each file by its name and first bytes, jsonl, wikiextractor, wikitext or blank_line; "
       "blank_line: documents end at a blank line or the file's end; file: a document a file; "
       "line: a document a line; sentences: a sentence a line, no documents marked (BookCorpus); "
       "wikiextractor: <doc> ... </doc>; jsonl: a JSON object a line, or an array of them; "
       "wikitext: `= Title =` lines"},
      format);
  visitor.choice(
      {"sentences", "where a sentence ends: at every line, or also at . ! ? before a capital"},
      sentences);
  visitor.field({"text_field", "jsonl: the key of the text"}, text_field, {});
  visitor.field({"document_lines", "sentences: lines that make up a document"}, document_lines,
                {.min = 1, .max = 1'000'000'000});
  visitor.field({"min_words", "documents with fewer words (by white space) are left out"},
                min_words, {.min = 0, .max = 1'000'000});
  visitor.field({"rate", "fraction of the documents that is kept, chosen by the seed"}, rate,
                {.min = 0, .max = 1, .above_min = true});
}

void CorpusConfig::fields(FieldVisitor& visitor) {
  visitor.field({"tokenizer", "KIND:PATH: albert:spiece.model, bert:vocab.txt or roberta:FOLDER"},
                tokenizer, {});
  visitor.section({"tokenizer_options", "departures from the kind's published form"},
                  tokenizer_options);
  visitor.field({"shards", "folder of the token shards"}, shards, {});
  shared_fields(visitor);
  visitor.field({"sources", "list of texts: input, format, ..."}, sources);
}

void CorpusConfig::shared_fields(FieldVisitor& visitor) {
  visitor.field(
      {"validation", "fraction of the documents held out for validation, chosen by the seed"},
      validation, {.min = 0, .max = 1, .below_max = true});
  visitor.field(
      {"shard_tokens", "tokens after which a shard ends; also the most work that a stop can lose"},
      shard_tokens, {.min = 1000, .max = int64_t{1} << 30});
  visitor.choice({"bad_utf8", "malformed text: stop with an error, or replace it by U+FFFD"},
                 bad_utf8);
  visitor.field(
      {"skip_bad_rows", "jsonl: bad lines to pass over and count before giving up", OnResume::free},
      skip_bad_rows, {.min = 0});
  visitor.field({"seed", "chooses the documents kept and held out"}, seed, {.min = 0});
}

Tree resolve_corpus(const Tree& section) {
  CorpusConfig corpus;
  read(section, corpus, "corpus");
  const std::string where = section.origin.empty() ? "" : section.origin + ": ";
  if (corpus.tokenizer.empty()) {
    throw UsageError(where + "corpus.tokenizer: missing, expected KIND:PATH");
  }
  if (corpus.shards.empty()) {
    throw UsageError(where +
                     "corpus.shards: missing, expected a folder that `pretrain prepare` made");
  }
  corpus.shards = absolute_path(corpus.shards);
  corpus.tokenizer = change_path_of_kind(corpus.tokenizer, absolute_path);
  for (Tree& source : corpus.sources.items) {
    Tree* input = source.find("input");
    if (input != nullptr && input->is_scalar()) input->scalar = absolute_path(input->scalar);
  }
  return write(corpus);
}

std::vector<SourceConfig> read_sources(const Tree& sources, const std::string& path) {
  if (!sources.is_sequence() || sources.items.empty()) {
    throw UsageError((sources.origin.empty() ? "" : sources.origin + ": ") + path +
                     ": expected a list of sources, each with an `input`");
  }
  std::vector<SourceConfig> result;
  for (size_t i = 0; i < sources.items.size(); ++i) {
    const std::string name = path + "[" + std::to_string(i) + "]";
    SourceConfig source;
    read(sources.items[i], source, name);
    if (source.input.empty()) {
      throw UsageError((sources.items[i].origin.empty() ? "" : sources.items[i].origin + ": ") +
                       name + ".input: missing, expected a file, folder or pattern");
    }
    result.push_back(std::move(source));
  }
  return result;
}

}  // namespace yoso::config
