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
    {"blank_line", false, false, make<BlankLineDocuments>},
    {"file", false, false, make<FileDocuments>},
    {"jsonl", true, false, make<JsonLines>},
    {"line", false, false, make<LineDocuments>},
    {"sentences", false, false, make<SentenceLines>},
    {"wikiextractor", false, false, make<WikiExtractorDocuments>},
    {"wikitext", false, true, make<WikiTextDocuments>},
};

}  // namespace

const FormatKind& find_format(const std::string& name) {
  for (const FormatKind& kind : kFormats) {
    if (name == kind.name) return kind;
  }
  throw std::invalid_argument("no corpus format " + name);
}

}  // namespace yoso::data
