#pragma once

#include <string>

#include "yoso/config/tree.h"

namespace yoso::config {

/// Where a parsed text comes from: each value's origin is `name` and its line, or `name` alone for
/// one-liners.
struct YamlSource {
  std::string name;
  bool lines = true;
};

/// One YAML document as a tree of any kind (null when empty). UsageError as `parse` documents. The
/// YAML library is used behind this function only.
Tree parse_yaml(const std::string& text, const YamlSource& source);

/// A file's text as `parse` reads it, keys as they are written: it may be a fragment of a section.
Tree parse_document(const std::string& text, const std::string& name);

}  // namespace yoso::config
