#include "yoso/report/chart.h"

#include <algorithm>
#include <cmath>

#include "yoso/report/axis.h"
#include "yoso/report/curve_points.h"
#include "yoso/report/legend.h"
#include "yoso/report/svg.h"
#include "yoso/util/format.h"

namespace yoso::report {
namespace {

constexpr double kMargin = 18;
constexpr double kPanelGap = 24;  // to the right of a panel
constexpr double kTitleHeight = 30;
constexpr double kTickSize = 12;      // font size of ticks, in pixels
constexpr size_t kMarkedPoints = 40;  // a series of fewer points shows them

constexpr const char* kTitleText = R"(font-size="17" font-weight="600" fill="#1f2937")";
constexpr const char* kPanelText = R"(font-size="14" font-weight="600" fill="#1f2937")";
constexpr const char* kXTickText = R"(font-size="12" fill="#6b7280" text-anchor="middle")";
constexpr const char* kYTickText = R"(font-size="12" fill="#6b7280" text-anchor="end")";
constexpr const char* kLabelText = R"(font-size="12.5" fill="#374151" text-anchor="middle")";
constexpr const char* kReferenceText = R"(font-size="12" fill="#6b7280" text-anchor="end" )"
                                       R"(paint-order="stroke" stroke="#fff" stroke-width="3")";

struct Box {
  double left, top, right, bottom;
};

/// What a panel shows, and where: `box` is the area between its axes, in pixels.
struct Plot {
  std::vector<std::vector<Point>> curves;  // of each series
  std::vector<Reference> references;
  Axis x, y;
  Box box{};
  bool empty = true;

  double pixel_x(double value) const {
    return box.left + x.position(value) * (box.right - box.left);
  }
  double pixel_y(double value) const {
    return box.bottom - y.position(value) * (box.bottom - box.top);
  }

  std::vector<Point> pixels(const std::vector<Point>& curve) const {
    std::vector<Point> points = thin_out(curve, static_cast<size_t>(box.right - box.left));
    for (Point& point : points) point = {pixel_x(point.x), pixel_y(point.y)};
    return points;
  }
};

Axis axis_of(Scale scale, double low, double high, int max_ticks, bool whole_steps) {
  if (scale == Scale::linear) return make_axis(low, high, max_ticks, whole_steps);
  return make_log_axis(low, high, max_ticks, whole_steps, scale);
}

bool on_scale(Scale scale, double value) { return scale == Scale::linear || value > 0; }

/// Points and axes; the box, which depends on how wide the ticks' labels are, comes later.
Plot make_plot(const Panel& panel, int x_ticks, int y_ticks) {
  Plot plot;
  Point low{INFINITY, INFINITY}, high{-INFINITY, -INFINITY};
  for (const Series& series : panel.series) {
    plot.curves.push_back(drawable_points(series));
    std::erase_if(plot.curves.back(), [&](const Point& point) {
      return !on_scale(panel.x_scale, point.x) || !on_scale(panel.y_scale, point.y);
    });
    for (const Point& point : plot.curves.back()) {
      low = {std::min(low.x, point.x), std::min(low.y, point.y)};
      high = {std::max(high.x, point.x), std::max(high.y, point.y)};
      plot.empty = false;
    }
  }
  if (plot.empty) return plot;
  for (const Reference& reference : panel.references) {
    if (!drawable(reference.y) || !on_scale(panel.y_scale, reference.y)) continue;
    plot.references.push_back(reference);
    low.y = std::min(low.y, reference.y);
    high.y = std::max(high.y, reference.y);
  }
  // A step axis begins at 0 unless that would leave much of it blank.
  if (panel.x_scale == Scale::linear && low.x > 0 && low.x < 0.2 * high.x) low.x = 0;
  plot.x = axis_of(panel.x_scale, low.x, high.x, x_ticks, false);
  plot.y = axis_of(panel.y_scale, low.y, high.y, y_ticks, true);
  return plot;
}

Box inner_box(const Panel& panel, const Plot& plot, const Box& outer) {
  double ticks = 0;
  for (double tick : plot.y.ticks) {
    ticks = std::max(ticks, text_width(tick_text(plot.y, tick, panel.percent), kTickSize));
  }
  return {outer.left + ticks + 12 + (panel.y_label.empty() ? 0 : 20),
          outer.top + (panel.title.empty() ? 12 : 34), outer.right - kPanelGap,
          outer.bottom - (panel.x_label.empty() ? 24 : 44)};
}

void draw_axes(Svg& svg, const Panel& panel, const Plot& plot, const Box& outer) {
  const Box& box = plot.box;
  for (double tick : plot.y.ticks) {
    const double y = plot.pixel_y(tick);
    svg.line({box.left, y}, {box.right, y}, R"(stroke="#e5e7eb")");
    svg.text({box.left - 8, y + 4}, tick_text(plot.y, tick, panel.percent), kYTickText);
  }
  for (double tick : plot.x.ticks) {
    const double x = plot.pixel_x(tick);
    svg.line({x, box.bottom}, {x, box.bottom + 4}, R"(stroke="#9ca3af")");
    svg.text({x, box.bottom + 18}, tick_text(plot.x, tick), kXTickText);
  }
  svg.line({box.left, box.bottom}, {box.right, box.bottom}, R"(stroke="#9ca3af")");

  if (!panel.x_label.empty()) {
    svg.text({(box.left + box.right) / 2, outer.bottom - 6}, panel.x_label, kLabelText);
  }
  if (!panel.y_label.empty()) {
    const Point at{outer.left + 12, (box.top + box.bottom) / 2};
    const std::string turn =
        " transform=\"rotate(-90 " + format_fixed(at.x, 1) + " " + format_fixed(at.y, 1) + ")\"";
    svg.text(at, panel.y_label, kLabelText + turn);
  }
}

void draw_curve(Svg& svg, const Series& series, const std::vector<Point>& curve, const Plot& plot,
                const Legend& legend) {
  const std::string stroke = legend.stroke(series.name);
  const std::vector<Point> points = plot.pixels(curve);
  if (series.smooth) {
    svg.polyline(points, stroke + R"( stroke-width="1" stroke-opacity="0.3")");
    const size_t half = std::max<size_t>(2, curve.size() / 30);
    svg.polyline(plot.pixels(running_mean(curve, half)), stroke + R"( stroke-width="2")");
    return;
  }
  svg.polyline(points, stroke + R"( stroke-width="2")");
  if (points.size() > kMarkedPoints) return;
  const std::string fill = "fill=\"" + legend.colour(series.name) + "\"";
  for (const Point& point : points)
    svg.circle(point, 2.6, fill + R"( stroke="#fff" stroke-width="0.8")");
}

void draw_panel(Svg& svg, const Panel& panel, const Box& outer, const Legend& legend) {
  if (!panel.title.empty()) svg.text({outer.left, outer.top + 16}, panel.title, kPanelText);
  Plot plot = make_plot(panel, static_cast<int>((outer.right - outer.left) / 70),
                        static_cast<int>((outer.bottom - outer.top) / 45));
  if (plot.empty) {
    const Point centre{(outer.left + outer.right) / 2, (outer.top + outer.bottom) / 2};
    svg.text(centre, "no data", kLabelText);
    return;
  }
  plot.box = inner_box(panel, plot, outer);
  draw_axes(svg, panel, plot, outer);
  for (const Reference& reference : plot.references) {
    const double y = plot.pixel_y(reference.y);
    svg.line({plot.box.left, y}, {plot.box.right, y},
             R"(stroke="#6b7280" stroke-width="1.3" stroke-dasharray="5 4")");
  }
  for (size_t i = 0; i < panel.series.size(); ++i) {
    draw_curve(svg, panel.series[i], plot.curves[i], plot, legend);
  }
  // Names over the curves, so that they stay legible.
  for (const Reference& reference : plot.references) {
    svg.text({plot.box.right - 4, plot.pixel_y(reference.y) - 5}, reference.name, kReferenceText);
  }
}

}  // namespace

std::string to_svg(const Figure& figure) {
  const int columns = std::clamp(figure.columns, 1, std::max<int>(1, figure.panels.size()));
  const int rows = (static_cast<int>(figure.panels.size()) + columns - 1) / columns;
  const Legend legend(figure);
  const double width = columns * figure.panel_width + 2 * kMargin - kPanelGap / 2;
  const double title_height = figure.title.empty() ? 0 : kTitleHeight;
  const double top = kMargin + title_height + legend.height(width - 2 * kMargin) + 8;
  const double height = top + rows * figure.panel_height + kMargin;

  Svg svg(width, height, figure.title.empty() ? "curves" : figure.title);
  svg.rect({0.5, 0.5}, width - 1, height - 1, R"(rx="8" fill="#fff" stroke="#e5e7eb")");
  if (!figure.title.empty()) svg.text({kMargin, kMargin + 15}, figure.title, kTitleText);
  legend.draw(svg, {kMargin, kMargin + title_height}, width - 2 * kMargin);
  for (size_t i = 0; i < figure.panels.size(); ++i) {
    const double left = kMargin + static_cast<double>(i % columns) * figure.panel_width;
    const double panel_top = top + static_cast<double>(i / columns) * figure.panel_height;
    draw_panel(svg, figure.panels[i],
               {left, panel_top, left + figure.panel_width, panel_top + figure.panel_height},
               legend);
  }
  return svg.str();
}

}  // namespace yoso::report
