#include "yoso/data/pathfinder/drawing.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <stdexcept>
#include <utility>

#include "yoso/data/pathfinder/snake.h"

namespace yoso::data::pathfinder {
namespace {

constexpr int kRestarts = 100'000;   // of the target snakes; some tens are usual
constexpr double kLeastFree = 0.01;  // fraction of free cells below which no distractor is tried

/// The contrasts of the two target snakes: two of the list doubled and shuffled.
std::pair<double, double> target_contrasts(const std::vector<double>& list, RandomStream& random) {
  std::vector<double> all = list;
  all.insert(all.end(), list.begin(), list.end());
  for (size_t i = all.size() - 1; i > 0; --i) std::swap(all[i], all[random.below(i + 1)]);
  return {all[0], all[1]};
}

/// Both target snakes in full length, or nothing when one got stuck.
std::optional<std::pair<Snake, Snake>> draw_targets(const DrawingSettings& settings, Canvas& canvas,
                                                    PaddleShapes& shapes, RandomStream& random) {
  const auto [contrast, other_contrast] = target_contrasts(settings.snake_contrasts, random);
  auto first = seed_anywhere(canvas, shapes, 2 * settings.seed_distance, random);
  if (!first) return {};
  auto second = seed_near(canvas, shapes, first->tail, settings.seed_distance, random);
  if (!second) return {};
  first->contrast = static_cast<float>(contrast * settings.paddle_contrast);
  second->contrast = static_cast<float>(other_contrast * settings.paddle_contrast);
  for (Snake* snake : {&*first, &*second}) draw_last_paddle(canvas, shapes, *snake);
  for (int i = 1; i < settings.contour_length; ++i) {
    for (Snake* snake : {&*first, &*second}) {
      if (!extend(canvas, shapes, *snake, settings.continuity, random)) return {};
    }
  }
  if (first->head == second->head) return {};  // a marker there would belong to both
  merge_last_paddle(canvas, shapes, *second);  // as published: not the first one's
  return std::pair(*first, *second);
}

bool draw_distractor(const DrawingSettings& settings, Canvas& canvas, PaddleShapes& shapes,
                     RandomStream& random) {
  auto snake = seed_anywhere(canvas, shapes, /*frame=*/1, random);
  if (!snake) return false;
  const auto& contrasts = settings.snake_contrasts;
  snake->contrast = static_cast<float>(contrasts[random.below(contrasts.size())]);
  draw_last_paddle(canvas, shapes, *snake);
  for (int i = 1; i < settings.distractor_length; ++i) {
    if (!extend(canvas, shapes, *snake, settings.continuity, random)) return false;
  }
  merge_last_paddle(canvas, shapes, *snake);
  return true;
}

/// As many as asked for, or as fit before one gets stuck. (Trying again, or continuing with the
/// next one, draws far more of them than the published images have: of those at 32 pixels 39 % on
/// the hard level and 19 % on the easy one have none at all.)
void draw_distractors(const DrawingSettings& settings, Canvas& canvas, PaddleShapes& shapes,
                      RandomStream& random) {
  for (int i = 0; i < settings.distractors && free_fraction(canvas) >= kLeastFree; ++i) {
    Canvas trial = canvas;
    if (!draw_distractor(settings, trial, shapes, random)) return;
    canvas = std::move(trial);
  }
}

/// Gray levels 0..255, the least and the greatest value at the ends.
Bytes to_levels(const Levels& image) {
  const auto [least, greatest] = std::minmax_element(image.values.begin(), image.values.end());
  Bytes levels(image.side);
  for (size_t i = 0; i < image.values.size(); ++i) {
    levels.values[i] =
        static_cast<uint8_t>((image.values[i] - *least) / (*greatest - *least) * 255 + 0.5F);
  }
  return levels;
}

PaddleShapes& shapes_of(const DrawingSettings& settings, int margin) {
  const PaddleStyle style{settings.paddle_length, settings.paddle_thickness, margin};
  // A drawing needs some hundred shapes, most of which the one before needed too.
  thread_local std::vector<PaddleShapes> known;
  for (PaddleShapes& shapes : known) {
    const PaddleStyle& other = shapes.style();
    if (other.length == style.length && other.thickness == style.thickness &&
        other.margin == style.margin) {
      return shapes;
    }
  }
  return known.emplace_back(style);
}

}  // namespace

DrawingSettings published_settings(int resolution, Level level) {
  DrawingSettings settings;
  settings.side = resolution;
  settings.contour_length = level == Level::easy ? 6 : level == Level::intermediate ? 9 : 14;
  settings.distractor_length = settings.contour_length / 3;
  constexpr int kHardLength = 4;  // the number of distractors is the hard level's on all of them
  const auto larger = [&](int paddles, double thickness, std::vector<int> margins, double radius,
                          int seed_distance, int padding, double contrast) {
    settings.distractors = paddles / kHardLength;
    settings.paddle_length = 5;
    settings.paddle_thickness = thickness;
    settings.margins = std::move(margins);
    settings.marker_radius = radius;
    settings.seed_distance = seed_distance;
    settings.continuity = 1.8;
    settings.padding = padding;
    settings.snake_contrasts = {contrast};
    settings.paddle_contrast = 1;
  };
  switch (resolution) {
    case 32:
      settings.distractors = 20 / kHardLength;
      break;
    case 64:
      larger(22, 1, {1}, 2.5, 12, 1, 0.8);
      break;
    case 128:
      larger(35, 1.5, {2, 3}, 3, 20, 1, 0.9);
      break;
    case 256:
      larger(30, 2, {3}, 5, 27, 22, 1.0);
      break;
    default:
      throw std::invalid_argument("no Pathfinder of resolution " + std::to_string(resolution));
  }
  return settings;
}

Drawing draw(const DrawingSettings& settings, RandomStream random) {
  Drawing drawing;
  drawing.label = static_cast<int64_t>(random.below(2));
  drawing.margin = settings.margins[random.below(settings.margins.size())];
  PaddleShapes& shapes = shapes_of(settings, drawing.margin);
  for (int restart = 0; restart < kRestarts; ++restart) {
    Canvas canvas(settings.side, settings.padding);
    const auto targets = draw_targets(settings, canvas, shapes, random);
    if (!targets) continue;
    draw_distractors(settings, canvas, shapes, random);
    const Snake* snakes[] = {&targets->first, &targets->second};
    const auto origin = static_cast<int64_t>(random.below(2));
    const int64_t end = drawing.label == 1 ? origin : 1 - origin;
    drawing.markers[0] = snakes[origin]->tail;
    drawing.markers[1] = snakes[end]->head;
    for (int i = 0; i < 2; ++i) {
      drawing.tails[i] = snakes[i]->tail;
      drawing.heads[i] = snakes[i]->head;
      stamp_onto(canvas.image, drawing.markers[i], draw_marker(settings.marker_radius));
    }
    drawing.image = to_levels(canvas.image);
    return drawing;
  }
  throw std::runtime_error("no room for two snakes after " + std::to_string(kRestarts) +
                           " attempts");
}

}  // namespace yoso::data::pathfinder
