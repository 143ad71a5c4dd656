#include "yoso/interop/labels.h"

#include <algorithm>
#include <cctype>

#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::interop {
namespace {

bool equal_but_case(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

}  // namespace

std::vector<std::string> split_labels(const std::string& text) {
  std::vector<std::string> labels;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string label = text.substr(begin, end - begin);
    if (label.empty() || std::find(labels.begin(), labels.end(), label) != labels.end())
      throw UsageError("--labels: expected different names separated by commas, not `" + text +
                       "`");
    labels.push_back(label);
    begin = end + 1;
  }
  return labels;
}

std::vector<int64_t> order_of_labels(const std::vector<std::string>& labels,
                                     const std::vector<std::string>& wanted) {
  std::vector<int64_t> order;
  for (const std::string& name : wanted) {
    const auto found = std::find_if(labels.begin(), labels.end(), [&](const std::string& label) {
      return equal_but_case(label, name);
    });
    if (found != labels.end()) order.push_back(found - labels.begin());
  }
  std::vector<int64_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  const bool once = std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
  if (order.size() != labels.size() || wanted.size() != labels.size() || !once)
    throw UsageError("--labels: expected the classes " + join_choices(labels) + ", in any order");
  return order;
}

}  // namespace yoso::interop
