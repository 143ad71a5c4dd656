#include "yoso/data/corpus/corpus_reader.h"

#include <optional>
#include <utility>

#include "yoso/data/archive/input_stream.h"
#include "yoso/data/corpus/line_reader.h"
#include "yoso/util/error.h"

namespace yoso::data {
namespace {

constexpr size_t kLongestObject = size_t{1} << 28;  // of a line that may not come in parts

}  // namespace

/// A file with the text in it that is being read.
struct CorpusReader::OpenFile {
  OpenFile(const config::SourceConfig& source, const std::string& path,
           const config::CorpusConfig& corpus, const DocumentFilter::File& file, int64_t skip,
           DocumentFilter::Account& account)
      : source(source), input(path), filter(corpus, source, file, skip, account) {}

  const config::SourceConfig& source;
  InputStream input;
  DocumentFilter filter;
  std::optional<LineReader> lines;  // of the text; none before the first
  std::unique_ptr<DocumentFormat> format;
};

CorpusReader::CorpusReader(const config::CorpusConfig& corpus,
                           const std::vector<config::SourceConfig>& sources,
                           const std::vector<std::vector<InputFile>>& files, FormatChoice& formats,
                           const Manifest& begun)
    : corpus_(corpus), sources_(sources), skip_(begun.position.sentence), formats_(formats) {
  account_.bad_rows = begun.bad_rows;
  for (size_t source = 0; source < files.size(); ++source) {
    for (size_t i = 0; i < files[source].size(); ++i) {
      files_.push_back({source, files[source][i], static_cast<int64_t>(i)});
    }
  }
  for (; next_ < static_cast<size_t>(begun.position.file) && next_ < files_.size(); ++next_) {
    bytes_before_ += files_[next_].file.size;
  }
}

CorpusReader::~CorpusReader() = default;

bool CorpusReader::open_next() {
  if (next_ == files_.size()) return false;
  const SourceFile& next = files_[next_];
  const config::SourceConfig& source = sources_[next.source];
  open_ = std::make_unique<OpenFile>(
      source, next.file.path, corpus_,
      DocumentFilter::File{static_cast<int64_t>(next.source), static_cast<int64_t>(next_),
                           next.within_source},
      std::exchange(skip_, 0), account_);
  ++next_;
  return true;
}

/// The next text of the open file, if there is one.
bool CorpusReader::begin_text() {
  OpenFile& file = *open_;
  if (!file.input.next_text()) return false;
  const FormatKind& kind = formats_.of(file.source, file.input.name(), file.input.peek()).kind;
  LineReader::Options options;
  options.replace_bad_utf8 = corpus_.bad_utf8 == config::BadUtf8::replace;
  if (kind.whole_lines) {
    options.longest = kLongestObject;
    options.report_bad_utf8 = true;
  }
  file.lines.emplace(file.input, options);
  file.format = kind.make(file.source);
  file.filter.begin_text(file.input.name(), kind.unknown_words);
  return true;
}

bool CorpusReader::next(SentenceBatch& batch) {
  while (batch.text.size() < kBatchBytes) {
    if (!open_ && !open_next()) break;
    read_lines(batch);
  }
  batch.bytes_read = bytes_before_ + (open_ ? open_->input.position() : 0);
  return !batch.sentences.empty();
}

/// Until the batch is full or the file has ended.
void CorpusReader::read_lines(SentenceBatch& batch) {
  OpenFile& file = *open_;
  file.filter.collect_in(batch);
  while (batch.text.size() < kBatchBytes) {
    if (!file.lines && !begin_text()) {
      bytes_before_ += files_[next_ - 1].file.size;
      open_.reset();
      return;
    }
    Line line;
    const bool more = file.lines->next(line);
    if (line.replaced > 0) file.filter.replaced(line.number, line.replaced);
    try {
      if (more) {
        file.format->line(line, file.filter);
      } else {
        file.format->end(file.filter);
        file.filter.end();
        file.lines.reset();
      }
    } catch (const BadRowError&) {
      throw;
    } catch (const DataError& error) {
      throw DataError(file.input.name() + ":" +
                      std::to_string(more ? line.number : file.lines->number()) + ": " +
                      error.what());
    }
  }
}

}  // namespace yoso::data
