#pragma once

#include <string>
#include <vector>

#include "apps/program_test.h"
#include "support/shared_data.h"
#include "support/small_text.h"

namespace yoso::testing {

using Arguments = std::vector<std::string>;

/// A folder with a small pretrained model of each objective, made once, in which `finetune` is run
/// as a user would.
class FinetuneTest : public ProgramTest {
 protected:
  static void SetUpTestSuite() {
    pretrained_ = new TempFolder;
    pretrained_->write("text.txt", small_text(60));
    for (const std::string objective : {"bert", "roberta"}) {
      for (const std::string command : {"prepare", "train"}) {
        Arguments arguments = {bin_dir() + "/pretrain",
                               command,
                               source_dir() + "/configs/smoke/" + objective + ".yaml",
                               "--set",
                               "corpus.tokenizer=" + tokenizer(objective),
                               "--set",
                               "corpus.shards=shards-" + objective,
                               "--set",
                               "corpus.sources=[{input: text.txt}]",
                               "--quiet"};
        if (command == "train") {
          for (const char* word : {"--output", objective.c_str(), "--threads", "1"})
            arguments.emplace_back(word);
        }
        const Outcome made = run_program(arguments, pretrained_->path(""));
        ASSERT_EQ(made.exit_code, 0) << made.err;
      }
    }
  }
  static void TearDownTestSuite() {
    delete pretrained_;
    pretrained_ = nullptr;
  }

  static std::string tokenizer(const std::string& kind) {
    return kind + ":" + sample("tokenizers/" + kind) + (kind == "bert" ? "/vocab.txt" : "");
  }
  static std::string pretrained(const std::string& objective) {
    return pretrained_->path(objective);
  }

  Outcome finetune(Arguments arguments) const { return run("finetune", std::move(arguments)); }

  /// A few steps on the sample of MRPC, from the pretrained model of BERT.
  Arguments train_arguments(const std::string& output, const Arguments& extra = {}) const {
    Arguments arguments = {"train",     source_dir() + "/configs/smoke/glue.yaml",
                           "--set",     "task.data=" + sample("glue"),
                           "--set",     "model.init_from=" + pretrained("bert"),
                           "--output",  output,
                           "--threads", "1"};
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    return arguments;
  }
  Outcome train(const std::string& output, const Arguments& extra = {}) const {
    return finetune(train_arguments(output, extra));
  }

 private:
  static inline TempFolder* pretrained_ = nullptr;
};

}  // namespace yoso::testing
