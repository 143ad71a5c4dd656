#pragma once

#include <memory>
#include <string>

#include "lib/data/pretraining/pretraining_test_support.h"
#include "yoso/config/read.h"
#include "yoso/tasks/masked_language/task.h"

namespace yoso::tasks {

/// Random text for training and dev, 60 tokens of vocabulary.
inline MaskedLanguageData tiny_text() {
  MaskedLanguageData data;
  data.vocabulary = data::pretraining::small_vocabulary(60);
  const auto corpus = [](int64_t documents, uint64_t seed) {
    return std::make_shared<data::pretraining::MemoryCorpus>(
        data::pretraining::random_corpus(documents, 6, 10, seed, 60));
  };
  data.corpora[0] = corpus(40, 1);
  data.corpora[1] = corpus(10, 2);
  return data;
}

/// Options as in `task: {...}`, resolved.
inline MaskedLanguageOptions masked_language_options(const std::string& yaml) {
  const config::Tree tree = config::parse(yaml, "test.yaml");
  MaskedLanguageOptions options;
  config::read(tree, options, "task");
  options.resolve(tree);
  return options;
}

inline std::unique_ptr<MaskedLanguageTask> tiny_masked_language(const std::string& yaml,
                                                                int64_t max_length = 24,
                                                                uint64_t seed = 1) {
  return std::make_unique<MaskedLanguageTask>(tiny_text(), masked_language_options(yaml),
                                              max_length, seed);
}

}  // namespace yoso::tasks
