#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include "pretrain_commands.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/data/corpus/prepare.h"
#include "yoso/data/corpus/remarks.h"
#include "yoso/data/shards/pair_shape.h"
#include "yoso/report/progress.h"
#include "yoso/tasks/masked_language/degenerate.h"
#include "yoso/text/registry.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"
#include "yoso/util/log.h"
#include "yoso/util/stop_signal.h"
#include "yoso/util/text.h"

namespace yoso::apps {
namespace {

constexpr int64_t kUsualLength = 512;  // of rows, where no experiment says it

/// A corpus and what its experiment wants of it, if that is known.
struct Resolved {
  config::CorpusConfig corpus;
  std::optional<tasks::MaskedLanguageOptions> task;
  int64_t max_length = kUsualLength;
};

struct Prepare {
  std::string config;
  std::vector<std::string> settings;
  std::vector<std::string> inputs;
  config::SourceConfig source;  // the options for all inputs
  config::CorpusConfig corpus;
  std::string output;
  bool stats = false;
  bool quiet = false;
  int threads = 0;
  std::vector<const CLI::Option*> instead_of_config;
};

/// The section `corpus` of an experiment file; its other sections are for training.
Resolved read_config(const Prepare& request) {
  const config::Tree tree = config::load(request.config, request.settings);
  const config::Tree* section = tree.find("corpus");
  if (section == nullptr || !section->is_map()) {
    throw UsageError(request.config + ": has no section `corpus`");
  }
  Resolved resolved;
  config::read(*section, resolved.corpus, "corpus");
  const config::Tree* model = tree.find("model");
  if (model != nullptr && model->find("max_length") != nullptr) {
    const auto length = parse_integer(model->find("max_length")->scalar);
    resolved.max_length = length.value_or(kUsualLength);
  }
  try {
    if (const config::Tree* task = tree.find("task"); task != nullptr)
      resolved.task = tasks::MaskedLanguageOptions::of(*task);
  } catch (const UsageError&) {  // `train` reports it
  }
  return resolved;
}

config::CorpusConfig config_of_options(const Prepare& request) {
  config::CorpusConfig corpus = request.corpus;
  corpus.sources.kind = config::Tree::Kind::sequence;
  for (const std::string& input : request.inputs) {
    config::SourceConfig source = request.source;
    source.input = input;
    corpus.sources.items.push_back(config::write(source));
  }
  return corpus;
}

Resolved resolve(const Prepare& request) {
  if (request.config.empty() && request.inputs.empty()) {
    throw UsageError("nothing to read: expected CONFIG or --input (see prepare --help)");
  }
  for (const CLI::Option* option : request.instead_of_config) {
    if (request.config.empty() || option->count() == 0) continue;
    throw UsageError(option->get_name() + " is for a corpus without CONFIG; with " +
                     request.config + " use --set corpus.KEY=VALUE");
  }
  Resolved resolved;
  if (request.config.empty()) {
    resolved.corpus = config_of_options(request);
  } else {
    resolved = read_config(request);
  }
  config::CorpusConfig& corpus = resolved.corpus;
  if (!request.output.empty()) corpus.shards = request.output;
  if (corpus.tokenizer.empty()) throw UsageError("corpus.tokenizer: missing (or --tokenizer)");
  if (corpus.shards.empty()) throw UsageError("corpus.shards: missing (or --output)");
  return resolved;
}

/// Says what is odd about a finished corpus, also for its experiment.
void report(const Resolved& resolved, const data::Manifest& manifest, Log& log) {
  const std::string& folder = resolved.corpus.shards;
  for (const std::string& line : data::remarks(manifest, resolved.corpus.validation))
    log.warn(folder + ": " + line);
  if (resolved.task) {
    tasks::report_rows(folder, manifest, *resolved.task, resolved.max_length, log);
    return;
  }
  const auto shape = data::pair_shape(folder, manifest.train, resolved.max_length);
  if (shape.is_degenerate())
    log.warn(folder + ": for `objective: bert` with rows of " + format_count(resolved.max_length) +
             " tokens: " + shape.text());
}

data::TokenEncoder encoder_of(const text::Tokenizer& tokenizer) {
  return {.source = {tokenizer.fingerprint(), tokenizer.vocab_size()},
          .unknown = tokenizer.special().unknown,
          .encode = [&tokenizer](std::string_view text, std::vector<int32_t>& ids) {
            tokenizer.encode(text, ids);
          }};
}

int prepare(const Prepare& request) {
  const Resolved resolved = resolve(request);
  const config::CorpusConfig& corpus = resolved.corpus;
  const auto tokenizer = text::load_tokenizer(corpus.tokenizer, corpus.tokenizer_options);
  tokenizer->require_mask("pretraining");
  tokenizer->require_padding("pretraining");
  Log::Options log_options;
  log_options.quiet = request.quiet;
  Log log(log_options);
  watch_stop_signals();

  // Made by the first report, which has the total size and the start of this call.
  std::unique_ptr<report::Progress> progress;
  data::PrepareOptions options;
  options.threads = request.threads;
  options.log = &log;
  options.resumed = [&](const data::Manifest& manifest) {
    log.info(corpus.shards + ": continuing after " +
             format_count(static_cast<int64_t>(manifest.train.size())) + " train shards");
  };
  options.started = [&](const data::PrepareProgress& at) {
    progress = std::make_unique<report::Progress>(
        log, report::Progress::Options{
                 .what = "prepare", .total = at.total_bytes, .unit = "bytes", .start = at.bytes});
  };
  options.progress = [&](const data::PrepareProgress& at) {
    progress->update(at.bytes, [&at] {
      return format_count(at.documents) + " documents, " +
             format_short(static_cast<double>(at.tokens)) + " tokens";
    });
  };
  switch (data::prepare(corpus, encoder_of(*tokenizer), options)) {
    case data::Prepared::stopped:
      progress.reset();
      log.info(std::string("stopped by ") + signal_name(stop_requested()) +
               "; the same command continues after the last whole shard");
      return 128 + stop_requested();
    case data::Prepared::already_there:
      log.info(corpus.shards + ": holds this very corpus already");
      break;
    case data::Prepared::written:
      progress->finish();
      break;
  }
  const data::Manifest manifest = data::Manifest::read(corpus.shards);
  int64_t tokens = 0;
  for (const data::ShardSummary& shard : manifest.train) tokens += shard.tokens;
  log.info(corpus.shards + ": " + format_count(manifest.lengths.count()) + " documents, " +
           format_count(tokens) + " train tokens in " +
           format_count(static_cast<int64_t>(manifest.train.size())) + " shards");
  report(resolved, manifest, log);
  if (request.stats) print_statistics(manifest);
  return 0;
}

}  // namespace

void add_prepare(CLI::App& app) {
  auto request = std::make_shared<Prepare>();
  CLI::App* command = add_command(app, "prepare", "text to token shards for training",
                                  [request] { return prepare(*request); });
  command->footer(
      "Give either CONFIG, an experiment file with a complete section `corpus` (keys as the\n"
      "options below, `shards` for --output, and a list `sources` of input, format, rate, ...),\n"
      "or --input, --tokenizer and --output with the options.\n"
      "A line ends at LF or CR LF; white space around lines does not count. Each line is a\n"
      "sentence of its document (--sentences punctuation cuts lines further). A line beyond\n"
      "1 MiB is cut. Files whose names begin with a dot are left out, in archives too.\n"
      "Tables, HTML, XML, Parquet, UTF-16 and other binary files are refused by name.\n"
      "A killed or stopped call continues after the last whole shard when it is given again.\n"
      "The shards are the same for any number of threads.");
  CLI::Option* config =
      command->add_option("config", request->config, "experiment file with a section `corpus`")
          ->type_name("CONFIG");
  command
      ->add_option("--set", request->settings,
                   "a.b=value: replace a key of CONFIG, e.g. corpus.seed=2 (repeatable)")
      ->needs(config)
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  std::vector<CLI::Option*> instead;
  instead.push_back(command
                        ->add_option("--input", request->inputs,
                                     "files, folders or patterns (repeatable); "
                                     "plain, gzip, bzip2, xz, zstd, tar or zip")
                        ->type_name("PATHS"));
  instead.push_back(command
                        ->add_option("--tokenizer", request->corpus.tokenizer,
                                     "albert:spiece.model, bert:vocab.txt or roberta:FOLDER")
                        ->type_name("KIND:PATH"));
  const std::vector<CLI::Option*> before = command->get_options();
  add_field_options(*command, [request](config::FieldVisitor& visitor) {
    request->source.shared_fields(visitor);
    request->corpus.shared_fields(visitor);
    request->corpus.tokenizer_options.fields(visitor);
  });
  for (CLI::Option* option : command->get_options()) {
    if (std::find(before.begin(), before.end(), option) == before.end()) instead.push_back(option);
  }
  request->instead_of_config.assign(instead.begin(), instead.end());
  command->add_option("--output", request->output, "folder of the shards")->type_name("DIR");
  command->add_flag("--stats", request->stats,
                    "print documents, sentences, tokens and the lengths of documents");
  command->add_option("--threads", request->threads, "0: all cores")->check(CLI::Range(0, 1024));
  command->add_flag("--quiet", request->quiet, "no progress on the terminal");
}

}  // namespace yoso::apps
