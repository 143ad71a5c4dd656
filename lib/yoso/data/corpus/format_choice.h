#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "yoso/data/corpus/recognise.h"
#include "yoso/data/corpus/registry.h"

namespace yoso::data {

/// Decides how each text of a corpus is read. `format: auto` takes what the text is and refuses
/// what is none that is read; another format is taken at its word, with a warning where the text
/// looks like something else. Members may be called from several threads.
class FormatChoice {
 public:
  struct Choice {
    const FormatKind& kind;
    bool empty;  // the text, so that any format would do
  };

  /// `warn` takes the warnings.
  explicit FormatChoice(std::function<void(const std::string&)> warn) : warn_(std::move(warn)) {}

  /// The format of a text, by its name and first bytes (recognise_text). Warns once for each source
  /// and kind. DataError `NAME: is ...`: no text, or none that can be read.
  Choice of(const config::SourceConfig& source, const std::string& name, std::string_view head);

 private:
  void warn(const config::SourceConfig& source, const std::string& name, TextKind kind);

  std::function<void(const std::string&)> warn_;
  std::mutex mutex_;
  std::set<std::pair<std::string, TextKind>> warned_;  // of inputs
};

}  // namespace yoso::data
