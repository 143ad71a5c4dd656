#include "yoso/report/chart.h"

#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <set>

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

/// The stroke colours of the curves, in order.
std::vector<std::string> colours(const std::string& svg) {
  static const std::regex kCurve("<polyline[^>]* stroke=\"(#[0-9a-f]{6})\"");
  std::vector<std::string> found;
  for (std::sregex_iterator match(svg.begin(), svg.end(), kCurve), end; match != end; ++match) {
    found.push_back((*match)[1]);
  }
  return found;
}

TEST(Chart, DrawsPointsWhereTheyBelong) {
  Figure chart = figure({panel({{"a", {0, 50, 100}, {0, 2, 4}, false}})});
  const std::string svg = to_svg(chart);
  std::smatch match;
  ASSERT_TRUE(std::regex_search(
      svg, match,
      std::regex("points=\"([0-9.]+),([0-9.]+) ([0-9.]+),([0-9.]+) ([0-9.]+),([0-9.]+)\"")));
  const auto at = [&](int i) { return std::stod(match[i]); };
  EXPECT_NEAR(at(3), (at(1) + at(5)) / 2, 0.11);  // coordinates are rounded to 0.1
  EXPECT_NEAR(at(4), (at(2) + at(6)) / 2, 0.11);
  EXPECT_LT(at(1), at(5));
  EXPECT_GT(at(2), at(6));  // larger is higher
  EXPECT_GE(at(1), 0);
  EXPECT_LE(at(5), chart.panel_width + 36);
  EXPECT_EQ(count(svg, "<circle"), 3u);
}

TEST(Chart, OneNameHasOneColour) {
  const Series a{"a", {0, 1}, {0, 1}, false}, b{"b", {0, 1}, {1, 2}, false};
  const std::string svg = to_svg(figure({panel({a, b}), panel({b}), panel({a})}));
  const std::vector<std::string> found = colours(svg);
  ASSERT_EQ(found.size(), 4u);
  EXPECT_NE(found[0], found[1]);
  EXPECT_EQ(found[2], found[1]);
  EXPECT_EQ(found[3], found[0]);
  EXPECT_EQ(count(svg, ">a</text>"), 1u);  // one legend for all
}

TEST(Chart, ManySeriesStayApart) {
  std::vector<Series> series;
  for (int i = 0; i < 18; ++i)
    series.push_back({std::to_string(i) + "th", {0, 1}, {0, 1.0 * i}, false});
  const std::string svg = to_svg(figure({panel(series)}));
  const std::regex style(
      "<polyline[^>]* stroke=\"(#[0-9a-f]+)\"[^>]*?(stroke-dasharray=\"[0-9 ]+\")?[^>]*/>");
  std::set<std::string> styles;
  static const std::regex kDash("stroke-dasharray=\"[0-9 ]+\"");
  for (std::sregex_iterator match(svg.begin(), svg.end(), style), end; match != end; ++match) {
    const std::string element = match->str();
    std::smatch dash;
    std::regex_search(element, dash, kDash);
    styles.insert(match->str(1) + dash.str());
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
