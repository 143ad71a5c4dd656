#include "yoso/data/aan/read.h"
#include "yoso/tasks/kind.h"
#include "yoso/tasks/prepared/byte_data.h"

namespace yoso::tasks {
namespace {

struct RetrievalOptions {
  std::string data;
  std::string prepared;
  config::AutoInt max_tokens;
  int64_t skip_bad_rows = 0;
  double masked = 0;

  void fields(config::FieldVisitor& visitor) {
    visitor.field({"data",
                   "folder of new_aan_pairs.{train,eval,test}.tsv, "
                   "the Long Range Arena's archive (lra_release.gz) or what it unpacks to, "
                   "or what `lra prepare retrieval` made"},
                  data, {});
    visitor.field({"max_tokens", "longer documents lose their end; auto: model.max_length"},
                  max_tokens, {.min = 1});
    visitor.field({"skip_bad_rows", "bad lines to skip and list before giving up"}, skip_bad_rows,
                  {.min = 0});
    prepared_field(visitor, prepared);
    masked_field(visitor, masked);
  }

  void resolve(const config::Tree& section) {
    resolve_data_path(data, section, "the folder of new_aan_pairs.{train,eval,test}.tsv");
    resolve_prepared_path(prepared);
  }
};

ByteData retrieval_data(const RetrievalOptions& options, Log& /*log*/) {
  ByteData data;
  data.task = "retrieval";
  data.path = options.data;
  data.prepared = options.prepared;
  data.about.classes = 2;
  data.about.vocab_size = 257;
  data.about.vocabulary = "pairs of bytes + 1, padding 0";
  data.layout = {.texts = 2, .first_id = 1};
  data.published = {147'086, 18'090, 17'437};
  data.skip_bad_rows = options.skip_bad_rows;
  data.masked = options.masked;
  data.reader = [options](data::ReadOptions read) -> std::unique_ptr<data::ExampleReader> {
    auto files = data::aan::open_files(options.data, read.unpacking);
    return std::make_unique<data::aan::Reader>(std::move(files), std::move(read));
  };
  return data;
}

std::unique_ptr<Task> open_retrieval(const RetrievalOptions& options,
                                     const config::ModelConfig& model, Log& log) {
  return open_rows(retrieval_data(options, log),
                   std::min(options.max_tokens.value_or(model.max_length), model.max_length), log);
}

}  // namespace

TaskKind retrieval_task() {
  TaskKind kind;
  kind.name = "retrieval";
  kind.help = "whether one of two papers (AAN), read byte by byte, cites the other";
  kind.metrics = "accuracy";
  return make_kind<RetrievalOptions>(kind, open_retrieval, retrieval_data);
}

}  // namespace yoso::tasks
