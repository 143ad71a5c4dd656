#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

/// The drawing primitives of Pathfinder images.
namespace yoso::data::pathfinder {

/// A position in an image: row y from the top, column x.
struct Cell {
  int y = 0;
  int x = 0;
  bool operator==(const Cell&) const = default;
};

/// A square image of values of type T, row by row.
template <class T>
struct Square {
  Square() = default;
  explicit Square(int side, T value = T()) : side(side), values(size_t(side) * side, value) {}

  T& operator[](Cell cell) { return values[size_t(cell.y) * side + cell.x]; }
  const T& operator[](Cell cell) const { return values[size_t(cell.y) * side + cell.x]; }
  bool holds(Cell cell) const {
    return cell.y >= 0 && cell.x >= 0 && cell.y < side && cell.x < side;
  }

  int side = 0;
  std::vector<T> values;
};

using Bytes = Square<uint8_t>;
using Levels = Square<float>;

/// Where a walk of `distance` along `orientation` (radians; 0 is along x, growing towards y) ends,
/// both coordinates rounded up.
Cell walk(Cell from, double orientation, double distance);

/// The cells of a disc of `radius` around the origin: y² + x² ≤ radius².
std::vector<Cell> disc(int radius);

/// Sets a straight line between two cells to 255, `width` ≥ 1 cells wide.
void draw_line(Bytes& image, Cell from, Cell to, int width);

/// 255 in every cell that a cell of `image` above 0 reaches by one of the `offsets`, else 0.
Bytes dilate(const Bytes& image, const std::vector<Cell>& offsets);

/// The image resampled to `side` with a Lanczos filter of three lobes, horizontally and then
/// vertically, rounded and clamped to 0..255 after each pass (as Pillow resizes 8-bit images,
/// within one level).
Bytes shrink(const Bytes& image, int side);

}  // namespace yoso::data::pathfinder
