#pragma once

#include <string>
#include <vector>

namespace yoso::report {

/// A curve. Points with a non-finite coordinate are left out. Curves of one name have one colour in
/// all panels.
struct Series {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;  // as long as x
  bool smooth = false;    // draws a running mean over the faint points: for noisy curves
};

/// A dashed horizontal line: a chance level, a published figure.
struct Reference {
  std::string name;
  double y = 0;
};

/// How an axis is divided. Logarithmic ones have ticks at powers of two or ten, and leave out
/// points that are not positive.
enum class Scale { linear, log2, log10 };

/// One pair of axes.
struct Panel {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;
  std::vector<Reference> references;
  bool percent = false;  // y is a fraction, its ticks are percentages
  Scale x_scale = Scale::linear;
  Scale y_scale = Scale::linear;
};

/// Panels side by side (or in rows of `columns`), with one legend for all.
struct Figure {
  std::string title;
  std::vector<Panel> panels;
  int columns = 2;
  int panel_width = 460;  // pixels, axes' labels included
  int panel_height = 320;
};

/// A self-contained SVG with an explicit background, so that it reads on light and dark pages.
std::string to_svg(const Figure& figure);

}  // namespace yoso::report
