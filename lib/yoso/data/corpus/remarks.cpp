#include "yoso/data/corpus/remarks.h"

#include "yoso/util/format.h"

namespace yoso::data {
namespace {

std::string list(const std::vector<std::string>& parts, const char* between, int64_t count) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
  return static_cast<int64_t>(parts.size()) < count ? text + between + "..." : text;
}

}  // namespace

std::vector<std::string> remarks(const Manifest& manifest, double validation) {
  std::vector<std::string> lines;
  if (const BadRows& bad = manifest.bad_rows; bad.count > 0) {
    std::string reasons;
    for (const auto& [reason, count] : bad.reasons)
      reasons += (reasons.empty() ? "" : ", ") + format_count(count) + " " + reason;
    lines.push_back(format_count(bad.count) + (bad.count == 1 ? " bad line" : " bad lines") +
                    " passed over (" + reasons + "): " + list(bad.first, "; ", bad.count));
  }
  if (const ReplacedCharacters& replaced = manifest.replaced; replaced.count > 0) {
    lines.push_back(format_count(replaced.count) +
                    " malformed characters replaced by U+FFFD (bad_utf8: replace), at " +
                    list(replaced.first, ", ", replaced.count));
  }
  if (manifest.validation.empty() && validation > 0) {
    const int64_t documents = manifest.lengths.count();
    lines.push_back("no document was drawn for validation, of " + format_count(documents) +
                    (documents == 1 ? " document in all" : " documents in all") +
                    " (`validation: " + format_significant(validation, 3) +
                    "`): training will evaluate nothing; raise `validation`, or mark more "
                    "documents (`format`)");
  }
  return lines;
}

}  // namespace yoso::data
