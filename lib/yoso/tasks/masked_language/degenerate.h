#pragma once

#include <string>

#include "yoso/config/corpus.h"
#include "yoso/data/shards/manifest.h"
#include "yoso/tasks/masked_language/options.h"
#include "yoso/util/log.h"

namespace yoso::tasks {

/// Says what a corpus is worth to the objective, before it is trained on: the documents of one
/// sentence and the tokens in no row; warns where the pairs' label is constant or much is lost.
/// `folder` holds the shards of `manifest`; rows have `max_length` tokens.
void report_rows(const std::string& folder, const data::Manifest& manifest,
                 const MaskedLanguageOptions& options, int64_t max_length, Log& log);

}  // namespace yoso::tasks
