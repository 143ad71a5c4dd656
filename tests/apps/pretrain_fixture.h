#pragma once

#include <string>
#include <vector>

#include "apps/program_test.h"
#include "support/shared_data.h"

namespace yoso::testing {

/// A folder in which `pretrain` is run with the small vocabularies of the samples.
class PretrainTest : public ProgramTest {
 protected:
  Outcome pretrain(std::vector<std::string> arguments) const {
    return run("pretrain", std::move(arguments));
  }

  /// KIND:PATH of a small vocabulary.
  static std::string small(const std::string& kind) {
    return kind + ":" + sample("tokenizers/" + kind);
  }
};

}  // namespace yoso::testing
