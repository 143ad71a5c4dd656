#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/randperm.h>

#include <array>

#include "yoso/data/pathfinder/drawing.h"
#include "yoso/data/pathfinder/read.h"
#include "yoso/data/permutation.h"
#include "yoso/tasks/kind.h"
#include "yoso/tasks/pixels.h"
#include "yoso/tasks/prepared/byte_data.h"

namespace yoso::tasks {
namespace {

namespace pathfinder = data::pathfinder;

/// How images are divided into train, dev and test.
enum class PathfinderSplit { seeded, s4 };
constexpr auto names_of(PathfinderSplit) { return std::array{"seeded", "s4"}; }

struct PathfinderOptions {
  std::string data;
  std::string prepared;
  pathfinder::Resolution resolution = pathfinder::Resolution::side32;
  pathfinder::Level level = pathfinder::Level::hard;
  PathfinderSplit split = PathfinderSplit::seeded;
  int64_t split_seed = 1;
  PixelOptions pixels;
  int64_t skip_bad_rows = 0;

  void fields(config::FieldVisitor& visitor) {
    visitor.field({"data",
                   "folder of a level (imgs, metadata), a folder with pathfinderN/LEVEL below, "
                   "the Long Range Arena's archive (lra_release.gz) or what it unpacks to, "
                   "or what `lra prepare pathfinder` made"},
                  data, {});
    visitor.choice({"resolution", "pixels of a side; 128 is Path-X"}, resolution);
    visitor.choice({"level", "length of the curves: 6, 9 or 14 dashes"}, level);
    visitor.choice({"split",
                    "how images are divided 80/10/10 %: seeded: by split_seed; "
                    "s4: as in the S4 repository (PyTorch's random_split, seed 42)"},
                   split);
    visitor.field({"split_seed", "seed of the splits (split: seeded)"}, split_seed, {.min = 0});
    prepared_field(visitor, prepared);
    pixels.fields(visitor);
    visitor.field({"skip_bad_rows", "bad images to skip and list before giving up"}, skip_bad_rows,
                  {.min = 0});
  }

  void resolve(const config::Tree& section) {
    resolve_data_path(data, section,
                      "a folder of Pathfinder images (`lra generate pathfinder` makes one)");
    resolve_prepared_path(prepared);
  }

  int64_t side() const { return pathfinder::side_of(resolution); }
};

/// The permutation of torch.utils.data.random_split with
/// generator=torch.Generator().manual_seed(42).
std::vector<int64_t> s4_permutation(int64_t size) {
  constexpr uint64_t kSeed = 42;
  const at::Tensor order = at::randperm(size, at::detail::createCPUGenerator(kSeed), at::kLong);
  const int64_t* begin = order.const_data_ptr<int64_t>();
  return {begin, begin + size};
}

ByteData pathfinder_data(const PathfinderOptions& options, Log& /*log*/) {
  ByteData data;
  data.task = "pathfinder";
  data.path = options.data;
  data.prepared = options.prepared;
  data.about.classes = 2;
  options.pixels.apply(data.about, {.mean = 0, .deviation = 255});
  data.choice =
      "resolution " + config::to_text(options.resolution) + ", level " +
      config::to_text(options.level) + ", split " + config::to_text(options.split) +
      (options.split == PathfinderSplit::seeded ? " " + std::to_string(options.split_seed) : "");
  data.published = {160'000, 20'000, 20'000};
  data.skip_bad_rows = options.skip_bad_rows;
  data.masked = options.pixels.masked;
  data.reader = [options](data::ReadOptions read) -> std::unique_ptr<data::ExampleReader> {
    const auto seeded = [seed = static_cast<uint64_t>(options.split_seed)](int64_t size) {
      return data::permutation(size, RandomStream(seed, "pathfinder split"));
    };
    std::function<std::vector<int64_t>(int64_t)> shuffle = seeded;
    if (options.split == PathfinderSplit::s4) shuffle = s4_permutation;
    auto files =
        pathfinder::open_files(options.data, options.side(), options.level, read.unpacking);
    return std::make_unique<pathfinder::Reader>(std::move(files), options.side(), shuffle,
                                                std::move(read));
  };
  return data;
}

std::unique_ptr<Task> open_pathfinder(const PathfinderOptions& options,
                                      const config::ModelConfig& model, Log& log) {
  require_length(options.side() * options.side(), model);
  return open_rows(pathfinder_data(options, log), model.max_length, log);
}

}  // namespace

TaskKind pathfinder_task() {
  TaskKind kind;
  kind.name = "pathfinder";
  kind.help = "whether a dashed curve connects two discs, pixel by pixel; resolution 128 is Path-X";
  kind.metrics = "accuracy";
  return make_kind<PathfinderOptions>(kind, open_pathfinder, pathfinder_data);
}

}  // namespace yoso::tasks
