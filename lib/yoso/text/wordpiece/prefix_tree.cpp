#include "yoso/text/wordpiece/prefix_tree.h"

#include <algorithm>

namespace yoso::text {

PrefixTree::PrefixTree(std::vector<std::pair<std::string_view, TokenId>> strings) {
  std::sort(strings.begin(), strings.end());
  struct Node {
    size_t begin, end;  // the strings below it
    size_t depth;
  };
  std::vector<Node> nodes = {{0, strings.size(), 0}};
  label_.push_back(0);
  for (size_t i = 0; i < nodes.size(); ++i) {
    auto [begin, end, depth] = nodes[i];
    first_child_.push_back(static_cast<uint32_t>(nodes.size()));
    id_.push_back(kNoToken);
    for (; begin < end && strings[begin].first.size() == depth; ++begin) {
      if (depth > 0) id_.back() = strings[begin].second;
    }
    while (begin < end) {
      const char label = strings[begin].first[depth];
      size_t behind = begin;
      while (behind < end && strings[behind].first[depth] == label) ++behind;
      if (i == 0) {
        root_child_[static_cast<unsigned char>(label)] = static_cast<uint32_t>(nodes.size());
      }
      nodes.push_back({begin, behind, depth + 1});
      label_.push_back(label);
      begin = behind;
    }
  }
  first_child_.push_back(static_cast<uint32_t>(nodes.size()));
}

PrefixTree::Match PrefixTree::longest(std::string_view text) const {
  Match match;
  if (text.empty()) return match;
  uint32_t node = root_child_[static_cast<unsigned char>(text[0])];
  for (size_t length = 1; node != 0; ++length) {
    if (id_[node] != kNoToken) match = {id_[node], length};
    if (length == text.size()) break;
    const auto begin = label_.begin() + first_child_[node];
    const auto end = label_.begin() + first_child_[node + 1];
    const auto child = std::find(begin, end, text[length]);
    node = child == end ? 0 : static_cast<uint32_t>(child - label_.begin());
  }
  return match;
}

}  // namespace yoso::text
