#pragma once

#include <vector>

#include "yoso/config/corpus.h"
#include "yoso/data/archive/find_files.h"
#include "yoso/data/corpus/format_choice.h"
#include "yoso/util/log.h"

namespace yoso::data {

/// Looks at the beginning of every file (of an archive, of its first text), so that what cannot be
/// read is refused before anything is written. Logs how many files have which format. `files[i]`
/// are those of source i. Returns the sources with `auto` replaced where all files have one format.
/// DataError from FormatChoice and InputStream.
std::vector<config::SourceConfig> resolve_formats(const std::vector<config::SourceConfig>& sources,
                                                  const std::vector<std::vector<InputFile>>& files,
                                                  FormatChoice& formats, int threads, Log* log);

}  // namespace yoso::data
