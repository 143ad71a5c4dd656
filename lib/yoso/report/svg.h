#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yoso::report {

/// A point of a drawing (pixels) or of a curve (values).
struct Point {
  double x = 0;
  double y = 0;
};

/// Builds an SVG document element by element. Coordinates are pixels with y growing downwards;
/// `attributes` are appended to the element as they are: `stroke="#ccc"`.
class Svg {
 public:
  Svg(double width, double height, std::string_view title);

  void rect(Point corner, double width, double height, std::string_view attributes);
  void line(Point from, Point to, std::string_view attributes);
  void polyline(const std::vector<Point>& points, std::string_view attributes);
  void circle(Point centre, double radius, std::string_view attributes);
  void text(Point at, std::string_view text, std::string_view attributes);

  /// The whole document.
  std::string str() const { return body_ + "</svg>\n"; }

 private:
  std::string body_;
};

/// Text with &, <, >, " and ' written as entities, and characters that XML forbids left out.
std::string xml_escape(std::string_view text);

}  // namespace yoso::report
