#include "yoso/util/text.h"

#include "yoso/data/imdb/read.h"
#include "yoso/tasks/kind.h"
#include "yoso/tasks/prepared/byte_data.h"

namespace yoso::tasks {
namespace {

struct TextOptions {
  std::string data;
  std::string prepared;
  config::AutoInt max_tokens;
  double dev_share = 0.1;
  int64_t split_seed = 1;
  int64_t skip_bad_rows = 0;
  double masked = 0;
  config::Compat compat = config::Compat::none;

  void fields(config::FieldVisitor& visitor) {
    visitor.field({"data",
                   "movie reviews: aclImdb_v1.tar.gz, the folder aclImdb, "
                   "a folder with one of them, or what `lra prepare text` made"},
                  data, {});
    visitor.field({"max_tokens", "longer reviews lose their end; auto: model.max_length"},
                  max_tokens, {.min = 1});
    visitor.field({"dev_share", "fraction of each class of train that is held out as dev"},
                  dev_share, {.min = 0, .max = 1, .above_min = true, .below_max = true});
    visitor.field({"split_seed", "seed that selects the reviews held out"}, split_seed, {.min = 0});
    visitor.field({"skip_bad_rows", "bad files to skip and list before giving up"}, skip_bad_rows,
                  {.min = 0});
    prepared_field(visitor, prepared);
    masked_field(visitor, masked);
    config::compat_field(visitor, compat,
                         "mlpen: dev is test, all of train is trained on, as in published results");
  }

  void resolve(const config::Tree& section) {
    resolve_data_path(data, section, "the movie reviews (aclImdb_v1.tar.gz or the folder aclImdb)");
    resolve_prepared_path(prepared);
  }

  /// Whether dev has the examples of test, and none of train are held out.
  bool dev_is_test() const { return compat == config::Compat::mlpen; }
};

ByteData text_data(const TextOptions& options, Log& /*log*/) {
  const bool published = options.dev_is_test();
  ByteData data;
  data.task = "text";
  data.path = options.data;
  data.prepared = options.prepared;
  data.about.classes = 2;
  data.about.class_names = {"neg", "pos"};
  data.about.vocab_size = 257;
  data.about.vocabulary = "bytes + 1, padding 0";
  data.layout.first_id = 1;
  data.choice = published ? "compat " + config::to_text(options.compat)
                          : "dev_share " + format_number(options.dev_share) + ", split_seed " +
                                std::to_string(options.split_seed);
  const auto held_out = published ? 0 : 2 * static_cast<int64_t>(options.dev_share * 12'500 + 0.5);
  data.published = {25'000 - held_out, published ? 25'000 : held_out, 25'000};
  data.skip_bad_rows = options.skip_bad_rows;
  data.masked = options.masked;
  data.reader = [options,
                 published](data::ReadOptions read) -> std::unique_ptr<data::ExampleReader> {
    const data::imdb::SplitOptions split{options.dev_share,
                                         static_cast<uint64_t>(options.split_seed), published};
    return std::make_unique<data::imdb::Reader>(data::imdb::find_source(options.data), split,
                                                std::move(read));
  };
  return data;
}

std::unique_ptr<Task> open_text(const TextOptions& options, const config::ModelConfig& model,
                                Log& log) {
  return open_rows(text_data(options, log),
                   std::min(options.max_tokens.value_or(model.max_length), model.max_length), log);
}

}  // namespace

TaskKind text_task() {
  TaskKind kind;
  kind.name = "text";
  kind.help = "whether a movie review (IMDb), read byte by byte, is positive";
  kind.metrics = "accuracy";
  return make_kind<TextOptions>(kind, open_text, text_data);
}

}  // namespace yoso::tasks
