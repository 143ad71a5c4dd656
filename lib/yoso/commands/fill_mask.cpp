#include "yoso/commands/fill_mask.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/topk.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "yoso/config/corpus.h"
#include "yoso/config/read.h"
#include "yoso/tasks/masked_language/task.h"
#include "yoso/text/registry.h"
#include "yoso/train/open_run.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"

namespace yoso::commands {
namespace {

/// A predicted token for a mask.
struct Filling {
  double probability = 0;
  text::TokenId token = 0;
};

class Filler {
 public:
  Filler(const FillMaskOptions& options, Log& log)
      : run_({.run = options.run, .device = options.device, .threads = options.threads}, log),
        top_(options.top) {
    const config::Experiment& experiment = run_.experiment();
    const auto task = tasks::MaskedLanguageOptions::of(experiment.task);
    config::CorpusConfig corpus;
    config::read(experiment.corpus, corpus, "corpus");
    tokenizer_ = text::load_tokenizer(corpus.tokenizer, corpus.tokenizer_options);
    tokenizer_->require_mask("fill-mask");
    // Without the task, which would need the shards.
    model_ = tasks::make_masked_language_model(task, experiment.model, run_.resolved().attention,
                                               tokenizer_->vocab_size(), run_.resolved().seed());
    run_.load_into(*model_, run_.saved().checkpoint(options.checkpoint, log));
    model_->eval();
  }

  const text::Tokenizer& tokenizer() const { return *tokenizer_; }

  /// The ids of a text with special tokens. UsageError: it has no mask, or is too long.
  std::vector<text::TokenId> encode(const std::string& text) const {
    const auto ids = tokenizer_->single(tokenizer_->encode_with_special(text)).ids;
    if (std::find(ids.begin(), ids.end(), tokenizer_->special().mask) == ids.end()) {
      throw UsageError("`" + text + "`: has no " + tokenizer_->token(tokenizer_->special().mask) +
                       " to be filled");
    }
    if (static_cast<int64_t>(ids.size()) > run_.experiment().model.max_length) {
      throw UsageError("`" + cut_to_width(text, 40) + "`: " + std::to_string(ids.size()) +
                       " tokens are more than model.max_length, " +
                       std::to_string(run_.experiment().model.max_length));
    }
    return ids;
  }

  /// The most likely tokens for each mask of the ids, in order.
  std::vector<std::vector<Filling>> fill(const std::vector<text::TokenId>& ids) {
    const at::NoGradGuard no_grad;
    std::vector<int64_t> positions;
    for (size_t i = 0; i < ids.size(); ++i) {
      if (ids[i] == tokenizer_->special().mask) positions.push_back(static_cast<int64_t>(i));
    }
    const std::vector<int64_t> wide(ids.begin(), ids.end());
    const at::Tensor logits =
        model_
            ->forward({.input_ids = at::tensor(wide, at::kLong).unsqueeze(0).to(run_.device()),
                       .masked = at::tensor(positions, at::kLong).to(run_.device())})
            .token_logits;
    const auto [probabilities, tokens] = at::topk(
        at::softmax(logits.narrow(1, 0, tokenizer_->vocab_size()), -1).to(at::kDouble).cpu(),
        std::min(top_, tokenizer_->vocab_size()));
    std::vector<std::vector<Filling>> fillings(positions.size());
    for (size_t i = 0; i < positions.size(); ++i) {
      for (int64_t k = 0; k < probabilities.size(1); ++k) {
        const auto row = static_cast<int64_t>(i);
        fillings[i].push_back({probabilities[row][k].item<double>(),
                               static_cast<text::TokenId>(tokens[row][k].item<int64_t>())});
      }
    }
    return fillings;
  }

  /// The text with a token in place of mask number `mask`, from 0; other masks stay.
  std::string filled(std::vector<text::TokenId> ids, size_t mask, text::TokenId token) const {
    size_t seen = 0;
    for (text::TokenId& id : ids) {
      if (id == tokenizer_->special().mask && seen++ == mask) id = token;
    }
    std::vector<text::TokenId> shown;  // without special tokens other than masks
    for (const text::TokenId id : ids) {
      if (!tokenizer_->special().contains(id) || id == tokenizer_->special().mask || id == token) {
        shown.push_back(id);
      }
    }
    return tokenizer_->decode(shown, /*skip_special=*/false);
  }

 private:
  train::OpenRun run_;
  int64_t top_;
  std::unique_ptr<text::Tokenizer> tokenizer_;
  std::shared_ptr<nn::MaskedLanguageModelImpl> model_;
};

void print(Filler& filler, const std::string& text, bool json) {
  const auto ids = filler.encode(text);
  const auto fillings = filler.fill(ids);
  nlohmann::ordered_json object = {{"text", text}};
  for (size_t mask = 0; mask < fillings.size(); ++mask) {
    nlohmann::ordered_json list;
    for (const Filling& filling : fillings[mask]) {
      const std::string token = filler.tokenizer().token(filling.token);
      const std::string filled = filler.filled(ids, mask, filling.token);
      list.push_back({{"probability", filling.probability},
                      {"id", filling.token},
                      {"token", token},
                      {"text", filled}});
      if (!json) {
        std::cout << format_fixed(filling.probability, 4) << "  " << token << "  " << filled
                  << "\n";
      }
    }
    object["masks"].push_back(list);
  }
  if (json) std::cout << object.dump() << "\n";
}

}  // namespace

int fill_mask_command(const FillMaskOptions& options) {
  Log log;
  Filler filler(options, log);
  for (const std::string& text : options.texts) print(filler, text, options.json);
  if (!options.texts.empty() && options.input.empty()) return 0;
  std::ifstream file;
  if (!options.input.empty()) {
    file.open(options.input);
    file.peek();  // a folder opens, but cannot be read
    if (file.bad() || !file.is_open()) throw DataError(options.input + ": cannot be read");
    file.clear();
  }
  std::istream& lines = options.input.empty() ? std::cin : file;
  const std::string name = options.input.empty() ? "line " : options.input + ":";
  int64_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    try {
      print(filler, line, options.json);
    } catch (const UsageError& error) {
      throw UsageError(name + std::to_string(number) + ": " + error.what());
    }
    std::cout << std::flush;
  }
  return 0;
}

}  // namespace yoso::commands
