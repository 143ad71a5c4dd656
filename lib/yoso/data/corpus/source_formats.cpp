#include "yoso/data/corpus/source_formats.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "yoso/data/archive/input_stream.h"
#include "yoso/util/format.h"
#include "yoso/util/parallel.h"

namespace yoso::data {
namespace {

using config::CorpusFormat;

/// The format of a file; nothing when it is empty.
std::optional<CorpusFormat> format_of(const config::SourceConfig& source, const InputFile& file,
                                      FormatChoice& formats) {
  InputStream input(file.path, kTextHead);
  if (!input.next_text()) return std::nullopt;
  const auto choice = formats.of(source, input.name(), input.peek());
  return choice.empty ? std::nullopt : std::optional(choice.kind.name);
}

std::string ending_of(const InputFile& file) {
  const std::string ending = std::filesystem::path(file.path).extension().string();
  return ending.empty() ? "without an ending" : ending;
}

/// "3 files as blank_line (2 .txt, 1 .md), 1 as jsonl (.json)".
std::string summary(const std::map<CorpusFormat, std::map<std::string, int64_t>>& counts) {
  std::string text;
  for (const auto& [format, endings] : counts) {
    int64_t files = 0;
    std::string shown;
    for (const auto& [ending, count] : endings) {
      files += count;
      shown += (shown.empty() ? "" : ", ") +
               (endings.size() > 1 ? format_count(count) + " " : std::string()) + ending;
    }
    text += (text.empty() ? "" : ", ") + format_count(files) + (files == 1 ? " file" : " files") +
            " as " + config::to_text(format) + " (" + shown + ")";
  }
  return text.empty() ? "all files are empty" : text;
}

}  // namespace

std::vector<config::SourceConfig> resolve_formats(const std::vector<config::SourceConfig>& sources,
                                                  const std::vector<std::vector<InputFile>>& files,
                                                  FormatChoice& formats, int threads, Log* log) {
  std::vector<config::SourceConfig> resolved = sources;
  for (size_t i = 0; i < sources.size(); ++i) {
    std::vector<std::optional<CorpusFormat>> found(files[i].size());
    parallel_for(static_cast<int64_t>(found.size()), threads, [&](int64_t file) {
      found[file] = format_of(sources[i], files[i][file], formats);
    });
    std::map<CorpusFormat, std::map<std::string, int64_t>> counts;
    for (size_t file = 0; file < found.size(); ++file) {
      if (found[file]) ++counts[*found[file]][ending_of(files[i][file])];
    }
    if (log != nullptr) log->info(sources[i].input + ": " + summary(counts));
    if (sources[i].format != CorpusFormat::automatic) continue;
    if (counts.empty()) resolved[i].format = CorpusFormat::blank_line;
    if (counts.size() == 1) resolved[i].format = counts.begin()->first;
  }
  return resolved;
}

}  // namespace yoso::data
