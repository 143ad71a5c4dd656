#include "yoso/data/corpus/registry.h"

#include <algorithm>
#include <stdexcept>

#include "yoso/data/corpus/json_lines.h"
#include "yoso/data/corpus/marked_documents.h"
#include "yoso/data/corpus/plain_documents.h"

namespace yoso::data {
namespace {

template <class T>
std::unique_ptr<DocumentFormat> make(const config::SourceConfig& source) {
  return std::make_unique<T>(source);
}

constexpr FormatKind kFormats[] = {
    {config::CorpusFormat::blank_line, false, false, make<BlankLineDocuments>},
    {config::CorpusFormat::file, false, false, make<FileDocuments>},
    {config::CorpusFormat::jsonl, true, false, make<JsonLines>},
    {config::CorpusFormat::line, false, false, make<LineDocuments>},
    {config::CorpusFormat::sentences, false, false, make<SentenceLines>},
    {config::CorpusFormat::wikiextractor, false, false, make<WikiExtractorDocuments>},
    {config::CorpusFormat::wikitext, false, true, make<WikiTextDocuments>},
};

constexpr FormatKind kJsonArray = {config::CorpusFormat::jsonl, false, false, make<JsonArray>};

}  // namespace

const FormatKind& json_array_format() { return kJsonArray; }

const FormatKind& find_format(config::CorpusFormat name) {
  for (const FormatKind& kind : kFormats) {
    if (name == kind.name) return kind;
  }
  throw std::invalid_argument("no corpus format " + config::to_text(name));
}

}  // namespace yoso::data
