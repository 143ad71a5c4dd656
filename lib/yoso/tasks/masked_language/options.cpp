#include "yoso/tasks/masked_language/options.h"

#include <cmath>

#include "yoso/config/read.h"
#include "yoso/data/pretraining/blocks.h"
#include "yoso/util/error.h"

namespace yoso::tasks {

namespace pretraining = data::pretraining;

void MaskedLanguageOptions::fields(config::FieldVisitor& visitor) {
  const config::RealRange fraction{.min = 0, .max = 1};
  visitor.choice({"objective",
                  "roberta: blocks of running text; "
                  "bert: pairs of texts with a label beside the masked tokens"},
                 objective);
  visitor.choice({"pairs",
                  "bert: meaning of the label: order, whether the texts were swapped (ALBERT); "
                  "next, whether the second follows the first"},
                 pairs);
  visitor.choice({"masking",
                  "fixed: a fraction of each sample's tokens; independent: each token by itself; "
                  "auto: fixed for bert, independent for roberta"},
                 masking);
  visitor.field({"mask_rate", "fraction of tokens to predict"}, mask_rate,
                {.min = 0, .max = 1, .above_min = true});
  visitor.field({"most_masks",
                 "most masked tokens of a sample under fixed masking; "
                 "auto: mask_rate * model.max_length, rounded up"},
                most_masks, {.min = 1});
  visitor.field({"whole_words", "mask all tokens of a word or none"}, whole_words);
  visitor.field({"short_rate", "bert: fraction of pairs cut to a shorter, random length"},
                short_rate, fraction);
  visitor.choice({"documents",
                  "separated: a separator token between documents (roberta), "
                  "pairs within one document (bert); "
                  "joined: as if there were one document; auto: separated"},
                 documents);
  visitor.field({"dev_samples", "samples of dev that are scored, the first ones; 0: all"},
                dev_samples, {.min = 0});
  config::compat_field(visitor, compat,
                       "mlpen: as in the original suite: at most 80 masks a sample, "
                       "partners of lone sentences from their own document, "
                       "documents joined (roberta: always, bert: beyond 512 tokens), "
                       "four outputs of the sentence head");
}

void MaskedLanguageOptions::resolve(const config::Tree&) {
  if (masking == MaskingChoice::automatic)
    masking = has_pairs() ? MaskingChoice::fixed : MaskingChoice::independent;
}

MaskedLanguageOptions MaskedLanguageOptions::of(const config::Tree& section) {
  const config::Tree* name = section.find("name");
  if (name == nullptr || name->scalar != "mlm") {
    throw UsageError("task " + (name ? name->scalar : "") +
                     ": expected a model that predicts masked tokens (mlm)");
  }
  config::Tree written = section;
  std::erase_if(written.entries, [](const auto& entry) { return entry.first == "name"; });
  MaskedLanguageOptions options;
  config::read(written, options, "task");
  return options;
}

int64_t MaskedLanguageOptions::sentence_labels() const {
  if (!has_pairs()) return 0;
  return compat == config::Compat::mlpen ? 4 : 2;
}

int64_t MaskedLanguageOptions::most_masks_of(int64_t max_length) const {
  constexpr int64_t kOriginalMost = 80;
  if (most_masks) return *most_masks;
  if (compat == config::Compat::mlpen) return kOriginalMost;
  return static_cast<int64_t>(std::ceil(mask_rate * static_cast<double>(max_length)));
}

bool MaskedLanguageOptions::joins_documents(int64_t max_length) const {
  constexpr int64_t kOriginalJoinsBeyond = 512;
  if (documents != DocumentsChoice::automatic) return documents == DocumentsChoice::joined;
  return compat == config::Compat::mlpen && (!has_pairs() || max_length > kOriginalJoinsBeyond);
}

std::unique_ptr<pretraining::SampleSource> MaskedLanguageOptions::samples(
    const pretraining::Corpus& corpus, const pretraining::Vocabulary& vocabulary,
    int64_t max_length, uint64_t seed) const {
  pretraining::MaskingOptions masks;
  if (masking == MaskingChoice::independent) masks.rule = pretraining::MaskRule::independent;
  masks.rate = mask_rate;
  masks.whole_words = whole_words;
  masks.any_random = shows_padding();
  masks.most = most_masks_of(max_length);
  if (has_pairs()) {
    return std::make_unique<pretraining::SentencePairs>(
        pretraining::PairOptions{.length = max_length,
                                 .task = pairs,
                                 .short_rate = short_rate,
                                 .joins_documents = joins_documents(max_length),
                                 .same_document = partners_within_document(),
                                 .seed = seed},
        masks, corpus, vocabulary);
  }
  return std::make_unique<pretraining::Blocks>(
      pretraining::BlockOptions{
          .length = max_length, .separates_documents = !joins_documents(max_length), .seed = seed},
      masks, corpus, vocabulary);
}

}  // namespace yoso::tasks
