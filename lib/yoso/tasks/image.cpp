#include "yoso/data/cifar/read.h"
#include "yoso/tasks/kind.h"
#include "yoso/tasks/pixels.h"
#include "yoso/tasks/prepared/byte_data.h"

namespace yoso::tasks {
namespace {

struct ImageOptions {
  std::string data;
  std::string prepared;
  PixelOptions pixels;
  int64_t skip_bad_rows = 0;

  void fields(config::FieldVisitor& visitor) {
    visitor.field({"data",
                   "CIFAR-10's binary batches: cifar-10-binary.tar.gz, "
                   "the folder cifar-10-batches-bin, a folder with one of them, "
                   "or what `lra prepare image` made"},
                  data, {});
    prepared_field(visitor, prepared);
    pixels.fields(visitor);
    visitor.field({"skip_bad_rows", "bad records to skip and list before giving up"}, skip_bad_rows,
                  {.min = 0});
  }

  void resolve(const config::Tree& section) {
    resolve_data_path(data, section,
                      "CIFAR-10 (cifar-10-binary.tar.gz or the folder cifar-10-batches-bin)");
    resolve_prepared_path(prepared);
  }
};

ByteData image_data(const ImageOptions& options, Log& /*log*/) {
  ByteData data;
  data.task = "image";
  data.path = options.data;
  data.prepared = options.prepared;
  data.about.classes = data::cifar::kClasses;
  options.pixels.apply(data.about, {.mean = 122.6, .deviation = 61});
  data.published = {45'000, 5'000, 10'000};
  data.skip_bad_rows = options.skip_bad_rows;
  data.masked = options.pixels.masked;
  data.reader = [options](data::ReadOptions read) -> std::unique_ptr<data::ExampleReader> {
    return std::make_unique<data::cifar::Reader>(data::cifar::find_source(options.data),
                                                 std::move(read));
  };
  return data;
}

std::unique_ptr<Task> open_image(const ImageOptions& options, const config::ModelConfig& model,
                                 Log& log) {
  require_length(data::cifar::kPixels, model);
  return open_rows(image_data(options, log), model.max_length, log);
}

}  // namespace

TaskKind image_task() {
  TaskKind kind;
  kind.name = "image";
  kind.help = "the class of a picture (CIFAR-10 in gray), read pixel by pixel";
  kind.metrics = "accuracy";
  return make_kind<ImageOptions>(kind, open_image, image_data);
}

}  // namespace yoso::tasks
