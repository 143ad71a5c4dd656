#include "yoso/tasks/kind.h"

#include "yoso/config/corpus.h"
#include "yoso/config/read.h"
#include "yoso/data/corpus/prepare.h"
#include "yoso/data/pretraining/shard_corpus.h"
#include "yoso/tasks/masked_language/degenerate.h"
#include "yoso/tasks/masked_language/task.h"
#include "yoso/text/registry.h"
#include "yoso/util/format.h"

namespace yoso::tasks {
namespace {

data::pretraining::Vocabulary vocabulary_of(const text::Tokenizer& tokenizer) {
  tokenizer.require_mask("pretraining");
  tokenizer.require_padding("pretraining");
  const text::SpecialTokens& special = tokenizer.special();
  data::pretraining::Vocabulary vocabulary;
  vocabulary.size = tokenizer.vocab_size();
  vocabulary.first = special.first;
  vocabulary.separator = special.separator;
  vocabulary.mask = special.mask;
  vocabulary.pad = special.pad;
  vocabulary.fingerprint = tokenizer.fingerprint();
  for (int64_t id = 0; id < vocabulary.size; ++id) {
    vocabulary.continues_word.push_back(tokenizer.continues_word(static_cast<text::TokenId>(id)));
  }
  return vocabulary;
}

std::unique_ptr<Task> open_masked_language(const MaskedLanguageOptions& options,
                                           const config::Experiment& experiment, Log& log) {
  config::CorpusConfig corpus;
  config::read(experiment.corpus, corpus, "corpus");
  const auto tokenizer = text::load_tokenizer(corpus.tokenizer, corpus.tokenizer_options);
  MaskedLanguageData data;
  data.vocabulary = vocabulary_of(*tokenizer);
  for (const data::Split split : {data::Split::train, data::Split::dev}) {
    auto shards = std::make_shared<data::pretraining::ShardCorpus>(
        data::TokenCorpus(corpus.shards, split, tokenizer->fingerprint()));
    log.info(corpus.shards + ": " + data::name(split) + " " + format_count(shards->documents()) +
             " documents, " + format_short(static_cast<double>(shards->tokens())) + " tokens");
    if (shards->tokens() > 0) data.corpora[static_cast<size_t>(split)] = std::move(shards);
  }
  auto task =
      std::make_unique<MaskedLanguageTask>(std::move(data), options, experiment.model.max_length,
                                           static_cast<uint64_t>(experiment.run.seed));
  const data::Manifest manifest = data::Manifest::read(corpus.shards);
  if (data::texts_changed(corpus, manifest))
    log.warn(corpus.shards + ": the texts of `corpus` were changed since these shards were made; " +
             "`pretrain prepare` makes those of the texts, in another folder");
  report_rows(corpus.shards, manifest, options, experiment.model.max_length, log);
  if (task->size(data::Split::dev) == 0) {
    const std::string text = corpus.shards + ": no row for validation: nothing will be evaluated";
    corpus.validation > 0 ? log.warn(text) : log.info(text);
  }
  return task;
}

}  // namespace

TaskKind masked_language_task() {
  TaskKind kind;
  kind.name = "mlm";
  kind.help =
      "pretraining: masked tokens of running text (RoBERTa), "
      "or of pairs of texts and whether they are in their order (BERT)";
  kind.metrics = "masked_accuracy, perplexity, mlm_loss; bert: sop_accuracy, sop_loss";
  kind.reads_corpus = true;
  return make_kind<MaskedLanguageOptions>(kind, open_masked_language);
}

}  // namespace yoso::tasks
