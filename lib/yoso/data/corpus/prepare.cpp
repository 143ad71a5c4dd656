#include "yoso/data/corpus/prepare.h"

#include <numeric>

#include "yoso/config/write.h"
#include "yoso/data/archive/content_stamp.h"
#include "yoso/data/archive/find_files.h"
#include "yoso/data/corpus/corpus_reader.h"
#include "yoso/data/corpus/output_folder.h"
#include "yoso/data/corpus/shard_set.h"
#include "yoso/data/corpus/source_formats.h"
#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"
#include "yoso/util/ordered_pipeline.h"
#include "yoso/util/stop_signal.h"

namespace yoso::data {
namespace {

constexpr std::string_view kUnknownWord = "<unk>";

using Files = std::vector<std::vector<InputFile>>;  // of each source

struct TokenizedBatch {
  SentenceBatch sentences;
  std::vector<int32_t> ids;
  std::vector<size_t> ends;  // of each sentence's ids
};

void encode_with_unknown(std::string_view text, const TokenEncoder& encoder,
                         std::vector<int32_t>& ids) {
  for (size_t at; (at = text.find(kUnknownWord)) != std::string_view::npos;) {
    std::string_view before = text.substr(0, at);
    if (before.ends_with(' ')) before.remove_suffix(1);
    encoder.encode(before, ids);
    ids.push_back(encoder.unknown);
    text.remove_prefix(at + kUnknownWord.size());
  }
  encoder.encode(text, ids);
}

void tokenize(const TokenEncoder& encoder, TokenizedBatch& batch) {
  for (size_t i = 0; i < batch.sentences.sentences.size(); ++i) {
    const std::string_view text = batch.sentences.of(i);
    if (batch.sentences.sentences[i].unknown_words) {
      encode_with_unknown(text, encoder, batch.ids);
    } else {
      encoder.encode(text, batch.ids);
    }
    batch.ends.push_back(batch.ids.size());
  }
}

Files find_all(const std::vector<config::SourceConfig>& sources, Log* log) {
  Files files;
  for (const config::SourceConfig& source : sources) {
    int64_t hidden = 0;
    files.push_back(find_files(source.input, &hidden));
    if (hidden > 0 && log != nullptr) {
      log->info(source.input + ": " + format_count(hidden) +
                " hidden files or folders left out (names that begin with a dot)");
    }
  }
  return files;
}

std::vector<InputFile> joined(const Files& files) {
  std::vector<InputFile> all;
  for (const auto& of_source : files) all.insert(all.end(), of_source.begin(), of_source.end());
  return all;
}

/// What a corpus is made from: all that decides its content.
Manifest wanted_manifest(const config::CorpusConfig& corpus,
                         const std::vector<config::SourceConfig>& sources,
                         const TokenSource& tokenizer, const Files& files) {
  Manifest manifest;
  manifest.tokenizer = tokenizer;
  config::CorpusConfig settings = corpus;
  settings.shards.clear();
  settings.tokenizer.clear();  // identified by the fingerprint; its path may change
  settings.skip_bad_rows = 0;  // does not decide what is in a corpus, only whether it comes about
  // Written out in full, so that a default equals the same value given.
  settings.sources.items.clear();
  for (const config::SourceConfig& source : sources) {
    settings.sources.items.push_back(config::write(source));
  }
  manifest.settings = config::to_yaml(config::write(settings));
  Checksum sum;
  for (const auto& of_source : files) {
    for (const InputFile& file : of_source)
      sum.add(file.path + "\n" + std::to_string(file.size) + "\n");
    sum.add("\n");
  }
  manifest.input_checksum = sum.text();
  manifest.input_times = times_checksum(joined(files));
  return manifest;
}

int64_t total_size(const Files& files) {
  int64_t size = 0;
  for (const auto& of_source : files) {
    for (const InputFile& file : of_source) size += file.size;
  }
  return size;
}

/// False when a signal stopped it.
bool fill(ShardSet& shards, CorpusReader& reader, const TokenEncoder& encoder, int64_t total_bytes,
          const PrepareOptions& options) {
  if (options.started) {
    options.started({reader.bytes_before(), total_bytes, shards.documents(), shards.tokens()});
  }
  ordered_pipeline<TokenizedBatch>(
      options.threads,
      [&](TokenizedBatch& batch) { return stop_requested() == 0 && reader.next(batch.sentences); },
      [&](TokenizedBatch& batch) { tokenize(encoder, batch); },
      [&](TokenizedBatch& batch) {
        const std::span<const int32_t> ids(batch.ids);
        size_t begin = 0;
        for (size_t i = 0; i < batch.ends.size(); ++i) {
          shards.add(batch.sentences.sentences[i], ids.subspan(begin, batch.ends[i] - begin));
          begin = batch.ends[i];
        }
        if (options.progress) {
          options.progress(
              {batch.sentences.bytes_read, total_bytes, shards.documents(), shards.tokens()});
        }
      });
  return stop_requested() == 0;
}

}  // namespace

Prepared prepare(const config::CorpusConfig& corpus, const TokenEncoder& encoder,
                 const PrepareOptions& options) {
  const std::vector<config::SourceConfig> sources =
      config::read_sources(corpus.sources, "corpus.sources");
  const Files files = find_all(sources, options.log);
  FormatChoice formats([&](const std::string& warning) {
    if (options.log != nullptr) options.log->warn(warning);
  });
  const auto resolved = resolve_formats(sources, files, formats, options.threads, options.log);
  OutputFolder folder(corpus.shards, wanted_manifest(corpus, resolved, encoder.source, files),
                      {.skip_bad_rows = corpus.skip_bad_rows, .contents = [&] {
                         return content_checksum(joined(files), options.threads);
                       }});
  if (stop_requested() != 0) {
    folder.give_up();
    return Prepared::stopped;
  }
  const Manifest& found = folder.manifest();
  if (found.complete) return Prepared::already_there;
  if (options.resumed && (!found.train.empty() || !found.validation.empty()))
    options.resumed(found);
  try {
    ShardSet shards(folder.path(), found, corpus.shard_tokens);
    CorpusReader reader(corpus, sources, files, formats, found);
    if (!fill(shards, reader, encoder, total_size(files), options)) {
      folder.give_up();
      return Prepared::stopped;
    }
    if (shards.tokens() == 0) {
      throw DataError(sources.front().input +
                      ": no text to take: every document is empty or left out");
    }
    shards.finish(reader.left_out());
  } catch (...) {
    folder.give_up();
    throw;
  }
  return Prepared::written;
}

bool texts_changed(const config::CorpusConfig& corpus, const Manifest& manifest) {
  constexpr int64_t kMostBytes = int64_t{1} << 30;
  if (corpus.sources.items.empty() || manifest.input_contents.empty()) return false;
  try {
    const Files files = find_all(config::read_sources(corpus.sources, "corpus.sources"), nullptr);
    const std::vector<InputFile> all = joined(files);
    if (times_checksum(all) == manifest.input_times || total_size(files) > kMostBytes) return false;
    const auto contents = content_checksum(all, /*threads=*/0);
    return contents && *contents != manifest.input_contents;
  } catch (const Error&) {
    return false;  // shards may be kept, and moved, without their texts
  }
}

}  // namespace yoso::data
