#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "yoso/config/fields.h"
#include "yoso/data/listops/expression.h"

namespace yoso::data::listops {

/// What `lra generate listops` makes. The defaults are the Long Range Arena's set, with lengths
/// between 500 and 2000, both excluded.
struct GenerateOptions {
  int64_t train = 96000;
  int64_t dev = 2000;
  int64_t test = 2000;
  int64_t min_length = 501;   // tokens, parentheses not counted, `]` counted
  int64_t max_length = 1999;  // tokens
  Grammar grammar = {};
  int64_t seed = 1;

  void fields(config::FieldVisitor& visitor);
};

enum class Existing { keep, replace };
enum class Generated { written, already_there, stopped };

/// Writes basic_train.tsv, basic_val.tsv and basic_test.tsv in the published form (parentheses,
/// header, CRLF), and generated.yaml with the options. No expression occurs twice in the three
/// files together. The content is a pure function of the options, whatever the number of threads
/// (0: one a core).
///
/// A folder that already holds this very set is left as it is. After a stop signal
/// (util/stop_signal.h) nothing is written. `progress` gets the examples done so far.
///
/// UsageError: the folder holds another set (unless Existing::replace), or the options allow too
/// few different expressions. SystemError: the set cannot be written; then none of its files
/// exists.
Generated generate(const GenerateOptions& options, const std::string& folder,
                   Existing existing = Existing::keep, int threads = 0,
                   const std::function<void(int64_t done)>& progress = nullptr);

}  // namespace yoso::data::listops
