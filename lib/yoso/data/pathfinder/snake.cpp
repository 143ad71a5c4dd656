#include "yoso/data/pathfinder/snake.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace yoso::data::pathfinder {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr float kTaken = 0.3F;     // occupied from here on
constexpr float kOverlap = 1.8F;   // occupancy and a new paddle's room must stay below
constexpr double kDeadEnd = 1e-4;  // total weight of candidates below which a snake is stuck
constexpr int kSeedTries = 3;
constexpr int kPaddleTries = 3;

double random_orientation(RandomStream& random) {
  return (static_cast<double>(random.below(360)) - 180) * kPi / 180;
}

/// The snake of one paddle with this tail, or nothing when it leaves the image.
std::optional<Snake> seed(const Canvas& canvas, const PaddleStyle& style, Cell tail,
                          double orientation) {
  Snake snake;
  snake.tail = snake.last_anchor = tail;
  snake.orientation = snake.last_orientation = orientation;
  snake.head = walk(tail, orientation, style.length);
  snake.pivot = walk(snake.head, orientation + kPi, style.length + style.margin);
  if (!canvas.image.holds(snake.tail) || !canvas.image.holds(snake.head) ||
      !canvas.image.holds(snake.pivot)) {
    return {};
  }
  return snake;
}

/// The cells that a stamp covers.
std::vector<Cell> cells_of(const Stamp& stamp) {
  std::vector<Cell> cells;
  for (int y = -stamp.half; y <= stamp.half; ++y) {
    for (int x = -stamp.half; x <= stamp.half; ++x) {
      if (stamp.values[{y + stamp.half, x + stamp.half}] > kTaken) cells.push_back({y, x});
    }
  }
  return cells;
}

bool all_free(const Canvas& canvas, Cell cell, const std::vector<Cell>& offsets) {
  return std::all_of(offsets.begin(), offsets.end(), [&](const Cell& offset) {
    const Cell at{cell.y + offset.y, cell.x + offset.x};
    return !canvas.occupied.holds(at) || canvas.occupied[at] <= kTaken;
  });
}

/// The difference of two angles, 0 … π.
double angle_between(double a, double b) {
  const double turn = std::fmod(std::abs(a - b), 2 * kPi);
  return std::min(turn, 2 * kPi - turn);
}

struct Candidate {
  Cell head;
  double orientation = 0;
  double weight = 0;
};

/// Where the next paddle may end: cells on a circle around the pivot, one a cell of arc.
std::vector<Candidate> candidates(const Canvas& canvas, const PaddleStyle& style, Cell pivot,
                                  double straight, double continuity) {
  const double radius = style.length + style.margin;
  const int samples = static_cast<int>(std::ceil(2 * kPi * radius));
  const std::vector<Cell> around = disc(style.margin);
  std::vector<Candidate> found;
  for (int i = 0; i < samples; ++i) {
    const double angle = 2 * kPi * i / samples;
    const Cell head{static_cast<int>(std::trunc(pivot.y + radius * std::sin(angle))),
                    static_cast<int>(std::trunc(pivot.x + radius * std::cos(angle)))};
    const bool known = std::any_of(found.begin(), found.end(),
                                   [&](const Candidate& other) { return other.head == head; });
    if (known || !canvas.image.holds(head)) continue;
    const double orientation = std::atan2(head.y - pivot.y, head.x - pivot.x);
    const double turn = std::min(angle_between(orientation, straight) * continuity, kPi / 2);
    const double cosine = std::max(std::cos(turn), 0.0);
    found.push_back({head, orientation, all_free(canvas, head, around) ? cosine * cosine : 0.0});
  }
  return found;
}

bool fits(const Canvas& canvas, Cell anchor, const Stamp& room) {
  for (int y = 0; y < room.values.side; ++y) {
    for (int x = 0; x < room.values.side; ++x) {
      const Cell cell{anchor.y + y - room.half, anchor.x + x - room.half};
      if (canvas.occupied.holds(cell) && canvas.occupied[cell] + room.values[{y, x}] >= kOverlap)
        return false;
    }
  }
  return true;
}

}  // namespace

Canvas::Canvas(int side, int padding) : image(side), occupied(side) {
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      if (std::min({y, x, side - 1 - y, side - 1 - x}) < padding) occupied[{y, x}] = 1;
    }
  }
}

double free_fraction(const Canvas& canvas) {
  const auto& values = canvas.occupied.values;
  const auto free =
      std::count_if(values.begin(), values.end(), [](float value) { return value <= kTaken; });
  return static_cast<double>(free) / static_cast<double>(values.size());
}

std::optional<Snake> seed_anywhere(const Canvas& canvas, PaddleShapes& shapes, int frame,
                                   RandomStream& random) {
  const int side = canvas.image.side;
  for (int attempt = 0; attempt < kSeedTries; ++attempt) {
    const double orientation = random_orientation(random);
    const std::vector<Cell> needed = cells_of(shapes.along(orientation).room);
    std::vector<Cell> free;
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        const bool inside = std::all_of(needed.begin(), needed.end(), [&](const Cell& offset) {
          const int from_border = std::min(
              {y + offset.y, x + offset.x, side - 1 - y - offset.y, side - 1 - x - offset.x});
          return from_border >= frame;
        });
        if (inside && all_free(canvas, {y, x}, needed)) free.push_back({y, x});
      }
    }
    if (free.empty()) continue;
    const Cell tail = free[random.below(free.size())];
    if (auto snake = seed(canvas, shapes.style(), tail, orientation)) return snake;
  }
  return {};
}

std::optional<Snake> seed_near(const Canvas& canvas, PaddleShapes& shapes, Cell other, int distance,
                               RandomStream& random) {
  for (int attempt = 0; attempt < kSeedTries; ++attempt) {
    const double orientation = random_orientation(random);
    const double direction = random_orientation(random);
    const Cell tail{static_cast<int>(std::lround(other.y + distance * std::sin(direction))),
                    static_cast<int>(std::lround(other.x + distance * std::cos(direction)))};
    if (auto snake = seed(canvas, shapes.style(), tail, orientation)) return snake;
  }
  return {};
}

void draw_last_paddle(Canvas& canvas, PaddleShapes& shapes, const Snake& snake) {
  stamp_onto(canvas.image, snake.last_anchor, shapes.along(snake.last_orientation).strokes,
             snake.contrast);
}

void merge_last_paddle(Canvas& canvas, PaddleShapes& shapes, const Snake& snake) {
  stamp_onto(canvas.occupied, snake.last_anchor, shapes.along(snake.last_orientation).room);
}

bool extend(Canvas& canvas, PaddleShapes& shapes, Snake& snake, double continuity,
            RandomStream& random) {
  const PaddleStyle& style = shapes.style();
  const Cell pivot = walk(snake.pivot, snake.orientation, style.length + 2 * style.margin);
  const auto found = candidates(canvas, style, pivot, snake.orientation, continuity);
  double total = 0;
  for (const Candidate& candidate : found) total += candidate.weight;
  if (total < kDeadEnd) return false;
  for (int attempt = 0; attempt < kPaddleTries; ++attempt) {
    double left = random.uniform() * total;
    const Candidate* chosen = nullptr;
    for (const Candidate& candidate : found) {
      if (candidate.weight == 0) continue;
      chosen = &candidate;
      if ((left -= candidate.weight) < 0) break;
    }
    const double back = chosen->orientation + kPi;
    if (!fits(canvas, chosen->head, shapes.along(back).room)) continue;
    merge_last_paddle(canvas, shapes, snake);
    snake.head = snake.last_anchor = chosen->head;
    snake.last_orientation = back;
    snake.pivot = pivot;
    snake.orientation = chosen->orientation;
    draw_last_paddle(canvas, shapes, snake);
    return true;
  }
  return false;
}

}  // namespace yoso::data::pathfinder
