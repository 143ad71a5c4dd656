#pragma once

#include <string>
#include <vector>

#include "yoso/report/chart.h"
#include "yoso/report/svg.h"

namespace yoso::report {

/// The names of a figure's series, each with its colour and dashes in all panels.
class Legend {
 public:
  explicit Legend(const Figure& figure);

  /// `#rrggbb` of a series.
  std::string colour(const std::string& name) const;

  /// The SVG attributes of a series' lines, without the width.
  std::string stroke(const std::string& name) const;

  /// The height of the lines that the names take at this width, in pixels.
  double height(double width) const { return draw(nullptr, {}, width); }

  void draw(Svg& svg, Point corner, double width) const { draw(&svg, corner, width); }

 private:
  double draw(Svg* svg, Point corner, double width) const;
  size_t index(const std::string& name) const;

  std::vector<std::string> names_;
};

/// The width of a text in a sans-serif font of this size, in pixels: an estimate, as the fonts of
/// the viewer are not known.
double text_width(std::string_view text, double font_size);

}  // namespace yoso::report
