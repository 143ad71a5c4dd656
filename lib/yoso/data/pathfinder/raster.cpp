#include "yoso/data/pathfinder/raster.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace yoso::data::pathfinder {
namespace {

constexpr double kLobes = 3;

double sinc(double x) {
  if (x == 0) return 1;
  const double phase = x * std::numbers::pi;
  return std::sin(phase) / phase;
}

double lanczos(double x) { return std::abs(x) < kLobes ? sinc(x) * sinc(x / kLobes) : 0; }

/// What one output cell takes: input cells begin … begin + weights.size() − 1.
struct Taps {
  int begin = 0;
  std::vector<double> weights;
};

std::vector<Taps> taps_of(int from, int to) {
  const double scale = static_cast<double>(from) / to;
  const double stretch = std::max(scale, 1.0);
  std::vector<Taps> taps(static_cast<size_t>(to));
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * scale;
    const int begin = std::max(0, static_cast<int>(centre - kLobes * stretch + 0.5));
    const int end = std::min(from, static_cast<int>(centre + kLobes * stretch + 0.5));
    double sum = 0;
    for (int j = begin; j < end; ++j) {
      taps[i].weights.push_back(lanczos((j - centre + 0.5) / stretch));
      sum += taps[i].weights.back();
    }
    for (double& weight : taps[i].weights) weight /= sum;
    taps[i].begin = begin;
  }
  return taps;
}

uint8_t to_level(double value) {
  return static_cast<uint8_t>(std::clamp(std::floor(value + 0.5), 0.0, 255.0));
}

void draw_thin_line(Bytes& image, Cell from, Cell to) {
  const int dx = std::abs(to.x - from.x), dy = -std::abs(to.y - from.y);
  const int step_x = from.x < to.x ? 1 : -1, step_y = from.y < to.y ? 1 : -1;
  for (int error = dx + dy;;) {  // Bresenham
    if (image.holds(from)) image[from] = 255;
    if (from == to) return;
    const int twice = 2 * error;
    if (twice >= dy) error += dy, from.x += step_x;
    if (twice <= dx) error += dx, from.y += step_y;
  }
}

}  // namespace

Cell walk(Cell from, double orientation, double distance) {
  // kHair is subtracted, so that a sine of 180 degrees does not round 0 up to 1.
  constexpr double kHair = 1e-9;
  return {static_cast<int>(std::ceil(from.y + distance * std::sin(orientation) - kHair)),
          static_cast<int>(std::ceil(from.x + distance * std::cos(orientation) - kHair))};
}

std::vector<Cell> disc(int radius) {
  std::vector<Cell> cells;
  for (int y = -radius; y <= radius; ++y) {
    for (int x = -radius; x <= radius; ++x) {
      if (y * y + x * x <= radius * radius) cells.push_back({y, x});
    }
  }
  return cells;
}

void draw_line(Bytes& image, Cell from, Cell to, int width) {
  if (width <= 1) {
    draw_thin_line(image, from, to);
    return;
  }
  const double dy = to.y - from.y, dx = to.x - from.x;
  const double length = std::hypot(dy, dx);
  if (length == 0) return draw_thin_line(image, from, to);
  for (int y = 0; y < image.side; ++y) {
    for (int x = 0; x < image.side; ++x) {
      const double along = ((y - from.y) * dy + (x - from.x) * dx) / length;
      const double across = ((x - from.x) * dy - (y - from.y) * dx) / length;
      // Half open across, so that an even width has that many cells.
      if (along >= -0.5 && along <= length + 0.5 && across > -width / 2.0 && across <= width / 2.0)
        image[{y, x}] = 255;
    }
  }
}

Bytes dilate(const Bytes& image, const std::vector<Cell>& offsets) {
  Bytes result(image.side);
  for (int y = 0; y < image.side; ++y) {
    for (int x = 0; x < image.side; ++x) {
      if (image[{y, x}] == 0) continue;
      for (const Cell& offset : offsets) {
        const Cell cell{y + offset.y, x + offset.x};
        if (result.holds(cell)) result[cell] = 255;
      }
    }
  }
  return result;
}

Bytes shrink(const Bytes& image, int side) {
  const std::vector<Taps> taps = taps_of(image.side, side);
  std::vector<uint8_t> rows(static_cast<size_t>(image.side) * side);  // image.side rows of `side`
  for (int y = 0; y < image.side; ++y) {
    for (int x = 0; x < side; ++x) {
      double sum = 0;
      for (size_t j = 0; j < taps[x].weights.size(); ++j)
        sum += taps[x].weights[j] * image[{y, taps[x].begin + static_cast<int>(j)}];
      rows[static_cast<size_t>(y) * side + x] = to_level(sum);
    }
  }
  Bytes result(side);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      double sum = 0;
      for (size_t j = 0; j < taps[y].weights.size(); ++j)
        sum += taps[y].weights[j] * rows[(taps[y].begin + j) * side + x];
      result[{y, x}] = to_level(sum);
    }
  }
  return result;
}

}  // namespace yoso::data::pathfinder
