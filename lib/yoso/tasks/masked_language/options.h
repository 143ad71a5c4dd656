#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "yoso/config/compat.h"
#include "yoso/config/fields.h"
#include "yoso/config/tree.h"
#include "yoso/data/pretraining/sample.h"
#include "yoso/data/pretraining/sentence_pairs.h"

namespace yoso::tasks {

/// What samples are: blocks of running text (RoBERTa, Liu et al. 2019), or pairs of texts with a
/// label (BERT, Devlin et al. 2019).
enum class Objective { roberta, bert };
constexpr auto names_of(Objective) { return std::array{"roberta", "bert"}; }

/// data::pretraining::MaskRule, or the one that is usual for the objective.
enum class MaskingChoice { automatic, fixed, independent };
constexpr auto names_of(MaskingChoice) { return std::array{"auto", "fixed", "independent"}; }

/// Whether samples keep documents apart: separated ones have a separator token between them, or
/// pairs within one document; joined ones are treated as one document.
enum class DocumentsChoice { automatic, separated, joined };
constexpr auto names_of(DocumentsChoice) { return std::array{"auto", "separated", "joined"}; }

/// Section `task` of a pretraining run. The help texts in `fields` describe each option. The text
/// is that of section `corpus`.
struct MaskedLanguageOptions {
  Objective objective = Objective::roberta;
  data::pretraining::PairTask pairs = data::pretraining::PairTask::order;
  MaskingChoice masking = MaskingChoice::automatic;
  double mask_rate = 0.15;
  config::AutoInt most_masks;
  bool whole_words = false;
  double short_rate = 0.1;
  DocumentsChoice documents = DocumentsChoice::automatic;
  int64_t dev_samples = 0;
  config::Compat compat = config::Compat::none;

  void fields(config::FieldVisitor& visitor);

  /// Replaces each `auto` that does not depend on model.max_length.
  void resolve(const config::Tree& section);

  /// The options of a resolved section. UsageError when it is that of another task.
  static MaskedLanguageOptions of(const config::Tree& section);

  /// Whether samples are pairs of texts with a label (BERT).
  bool has_pairs() const { return objective == Objective::bert; }

  /// Outputs of the sentence head; 0: there is none. The original suite's has four, of which two
  /// are used.
  int64_t sentence_labels() const;

  /// Most masked tokens of a sample under fixed masking.
  int64_t most_masks_of(int64_t max_length) const;

  /// Whether all documents are treated as one.
  bool joins_documents(int64_t max_length) const;

  /// Whether a lone sentence gets its partner from its own document.
  bool partners_within_document() const { return compat == config::Compat::mlpen; }

  /// Whether the padding token may be shown in place of a masked one.
  bool shows_padding() const { return compat == config::Compat::mlpen && !has_pairs(); }

  /// The samples of a corpus for models of `max_length` tokens. `corpus` and `vocabulary` must
  /// outlive them. UsageError when `max_length` leaves no room for text.
  std::unique_ptr<data::pretraining::SampleSource> samples(
      const data::pretraining::Corpus& corpus, const data::pretraining::Vocabulary& vocabulary,
      int64_t max_length, uint64_t seed) const;
};

}  // namespace yoso::tasks
