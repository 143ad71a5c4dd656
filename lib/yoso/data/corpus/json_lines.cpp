#include "yoso/data/corpus/json_lines.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "yoso/data/corpus/plain_documents.h"
#include "yoso/util/error.h"

namespace yoso::data {

void JsonLines::line(const Line& line, DocumentSink& sink) {
  if (!line.begins || !line.ends) throw DataError("the line is too long");
  if (stripped(line.text).empty()) return;
  const auto object = nlohmann::json::parse(line.text, nullptr, false);
  if (!object.is_object()) throw DataError("no JSON object");
  const auto found = object.find(key_);
  if (found == object.end() || !found->is_string()) {
    throw DataError("no text under the key `" + key_ + "`");
  }
  sink.begin_document();
  std::string_view text = found->get_ref<const std::string&>();
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view part = stripped(text.substr(0, end));
    if (!part.empty()) sink.sentence(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace yoso::data
