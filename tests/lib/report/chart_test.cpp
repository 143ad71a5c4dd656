#include "yoso/report/chart.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <sstream>
#include <utility>

#include "yoso/report/svg.h"

namespace yoso::report {
namespace {

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

Panel panel(std::vector<Series> series) {
  return {"Title", "step", "", std::move(series), {}, false};
}

Figure figure(std::vector<Panel> panels) {
  Figure figure;
  figure.panels = std::move(panels);
  return figure;
}

/// The elements of one kind, each from its `<` to its `>`, in order.
std::vector<std::string> elements(const std::string& svg, const std::string& tag) {
  std::vector<std::string> found;
  for (size_t at = svg.find("<" + tag); at != std::string::npos; at = svg.find("<" + tag, at + 1)) {
    found.push_back(svg.substr(at, svg.find('>', at) + 1 - at));
  }
  return found;
}

/// The value of an attribute; empty when the element has none of that name.
std::string attribute(const std::string& element, const std::string& name) {
  const std::string start = " " + name + "=\"";
  const size_t at = element.find(start);
  if (at == std::string::npos) return "";
  const size_t begin = at + start.size();
  return element.substr(begin, element.find('"', begin) - begin);
}

/// The coordinates of the only curve of a figure: x, y, x, y, ...
std::vector<double> curve_pixels(const Figure& chart) {
  const std::vector<std::string> curves = elements(to_svg(chart), "polyline");
  EXPECT_EQ(curves.size(), 1u);
  std::vector<double> at;
  std::istringstream points(attribute(curves.at(0), "points"));
  for (double value; points >> value; points.ignore()) at.push_back(value);
  return at;
}

TEST(Chart, LogarithmicScalesMakeAPowerLawStraight) {
  Panel powers = panel({{"a", {0, 512, 1024, 4096}, {1, 2, 8, 128}, false}});
  powers.x_scale = Scale::log2;
  powers.y_scale = Scale::log10;
  const std::vector<double> at = curve_pixels(figure({powers}));
  ASSERT_EQ(at.size(), 6u);  // the point at x = 0 is not drawn
  EXPECT_NEAR((at[2] - at[0]) / (at[4] - at[0]), 1.0 / 3, 0.01);
  EXPECT_NEAR((at[3] - at[1]) / (at[5] - at[1]), 1.0 / 3, 0.01);
}

TEST(Chart, DrawsPointsWhereTheyBelong) {
  Figure chart = figure({panel({{"a", {0, 50, 100}, {0, 2, 4}, false}})});
  const std::vector<double> at = curve_pixels(chart);
  ASSERT_EQ(at.size(), 6u);
  EXPECT_NEAR(at[2], (at[0] + at[4]) / 2, 0.11);  // coordinates are rounded to 0.1
  EXPECT_NEAR(at[3], (at[1] + at[5]) / 2, 0.11);
  EXPECT_LT(at[0], at[4]);
  EXPECT_GT(at[1], at[5]);  // larger is higher
  EXPECT_GE(at[0], 0);
  EXPECT_LE(at[4], chart.panel_width + 36);
  EXPECT_EQ(count(to_svg(chart), "<circle"), 3u);
}

TEST(Chart, OneNameHasOneColour) {
  const Series a{"a", {0, 1}, {0, 1}, false}, b{"b", {0, 1}, {1, 2}, false};
  const std::string svg = to_svg(figure({panel({a, b}), panel({b}), panel({a})}));
  const std::vector<std::string> curves = elements(svg, "polyline");
  ASSERT_EQ(curves.size(), 4u);
  const auto colour = [&](size_t i) { return attribute(curves[i], "stroke"); };
  EXPECT_NE(colour(0), colour(1));
  EXPECT_EQ(colour(2), colour(1));
  EXPECT_EQ(colour(3), colour(0));
  EXPECT_EQ(count(svg, ">a</text>"), 1u);  // one legend for all
}

TEST(Chart, ManySeriesStayApart) {
  std::vector<Series> series;
  for (int i = 0; i < 18; ++i)
    series.push_back({std::to_string(i) + "th", {0, 1}, {0, 1.0 * i}, false});
  const std::string svg = to_svg(figure({panel(series)}));
  std::set<std::pair<std::string, std::string>> styles;
  for (const std::string& curve : elements(svg, "polyline")) {
    styles.emplace(attribute(curve, "stroke"), attribute(curve, "stroke-dasharray"));
  }
  EXPECT_EQ(styles.size(), 18u);
}

TEST(Chart, SmoothCurvesKeepTheirRawPoints) {
  Series noisy{"a", {}, {}, true};
  for (int i = 0; i < 100; ++i) {
    noisy.x.push_back(i);
    noisy.y.push_back(i % 2);
  }
  const std::string svg = to_svg(figure({panel({noisy})}));
  EXPECT_EQ(count(svg, "<polyline"), 2u);
  EXPECT_EQ(count(svg, "stroke-opacity"), 1u);
}

TEST(Chart, LabelsAndReferencesAreEscaped) {
  Panel full = panel({{"a<b", {0, 1}, {0.1, 0.2}, false}});
  full.title = "x & y";
  full.y_label = "\"quoted\"";
  full.percent = true;
  full.references = {{"chance 5 %", 0.05}, {"nowhere", NAN}};
  Figure chart = figure({full});
  chart.title = "<title>";
  const std::string svg = to_svg(chart);
  for (const char* text :
       {"a&lt;b</text>", "x &amp; y</text>", "&quot;quoted&quot;</text>", "chance 5 %</text>",
        "<title>&lt;title&gt;</title>", ">5 %</text>", ">step</text>"}) {
    EXPECT_EQ(count(svg, text), 1u) << text;
  }
  EXPECT_EQ(count(svg, "nowhere"), 0u);
  EXPECT_EQ(xml_escape("a\x01\x1b'\t"), "a&#39;\t");
}

TEST(Chart, NoNonFiniteNumberGetsIn) {
  const Series odd{"odd", {0, 1, 2, 3}, {NAN, INFINITY, 2, -INFINITY}, false};
  const Series none{"none", {}, {}, false};
  const std::string svg = to_svg(figure({panel({odd, none}), panel({none}), panel({})}));
  EXPECT_EQ(count(svg, "nan"), 0u);
  EXPECT_EQ(count(svg, "inf"), 0u);
  EXPECT_EQ(count(svg, "no data"), 2u);
  EXPECT_EQ(count(svg, "<circle"), 1u);
  EXPECT_EQ(count(to_svg({}), "</svg>"), 1u);
}

TEST(Chart, LargeSeriesStaySmall) {
  Series large{"large", {}, {}, true};
  for (int i = 0; i < 500'000; ++i) {
    large.x.push_back(i);
    large.y.push_back(std::sin(i * 0.7));
  }
  EXPECT_LT(to_svg(figure({panel({large})})).size(), 60'000u);
}

}  // namespace
}  // namespace yoso::report
