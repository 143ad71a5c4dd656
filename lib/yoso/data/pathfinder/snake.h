#pragma once

#include <optional>

#include "yoso/data/pathfinder/paddle.h"
#include "yoso/util/random.h"

namespace yoso::data::pathfinder {

/// An image in the making, and which of its cells are taken (0..1).
struct Canvas {
  Canvas(int side, int padding);
  Levels image;
  Levels occupied;
};

/// A curve of paddles that grows at its head.
struct Snake {
  Cell tail;               // where its first paddle begins
  Cell head;               // where its last paddle ends
  Cell pivot;              // the last paddle's, a margin before its beginning
  double orientation = 0;  // of the last paddle
  float contrast = 1;
  // The last paddle as it was drawn. Its room becomes occupied when the next one has been drawn.
  Cell last_anchor;
  double last_orientation = 0;
};

/// The fraction of cells that are not occupied.
double free_fraction(const Canvas& canvas);

/// A first paddle at a position drawn uniformly among those at least `frame` cells from the border
/// where the whole paddle is free. Nothing when none was found.
std::optional<Snake> seed_anywhere(const Canvas& canvas, PaddleShapes& shapes, int frame,
                                   RandomStream& random);

/// A first paddle whose tail lies `distance` from another's, in a random direction. Nothing when it
/// would leave the image.
std::optional<Snake> seed_near(const Canvas& canvas, PaddleShapes& shapes, Cell other, int distance,
                               RandomStream& random);

/// Draws the last paddle into the image.
void draw_last_paddle(Canvas& canvas, PaddleShapes& shapes, const Snake& snake);

/// Marks the room of the last paddle as occupied.
void merge_last_paddle(Canvas& canvas, PaddleShapes& shapes, const Snake& snake);

/// Adds a paddle: straight on is likeliest, the more so the larger `continuity`. False at a dead
/// end, after which the canvas is of no use.
bool extend(Canvas& canvas, PaddleShapes& shapes, Snake& snake, double continuity,
            RandomStream& random);

}  // namespace yoso::data::pathfinder
