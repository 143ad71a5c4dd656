#include "yoso/report/legend.h"

#include <algorithm>
#include <array>

#include "yoso/util/format.h"

namespace yoso::report {
namespace {

// Okabe and Ito's palette, distinguishable with any kind of colour vision. Its yellow (too faint on
// white) and its black (too close to the axes) are left out.
constexpr std::array<const char*, 6> kColours = {"#0072b2", "#d55e00", "#009e73",
                                                 "#cc79a7", "#e69f00", "#56b4e9"};
constexpr std::array<const char*, 3> kDashes = {"", "7 3", "2 3"};  // when the colours are used up

constexpr double kLineHeight = 26;
constexpr double kSwatch = 22;  // length of the line before a name
constexpr double kSwatchGap = 8;
constexpr double kItemGap = 20;
constexpr double kFontSize = 12.5;

}  // namespace

Legend::Legend(const Figure& figure) {
  for (const Panel& panel : figure.panels) {
    for (const Series& series : panel.series) {
      if (index(series.name) == names_.size()) names_.push_back(series.name);
    }
  }
}

size_t Legend::index(const std::string& name) const {
  return std::find(names_.begin(), names_.end(), name) - names_.begin();
}

std::string Legend::colour(const std::string& name) const {
  return kColours[index(name) % kColours.size()];
}

std::string Legend::stroke(const std::string& name) const {
  const std::string dash = kDashes[index(name) / kColours.size() % kDashes.size()];
  return "stroke=\"" + colour(name) + "\" stroke-linejoin=\"round\"" +
         (dash.empty() ? "" : " stroke-dasharray=\"" + dash + "\"");
}

double Legend::draw(Svg* svg, Point corner, double width) const {
  Point at = corner;
  for (const std::string& name : names_) {
    const double item = kSwatch + kSwatchGap + text_width(name, kFontSize) + kItemGap;
    if (at.x > corner.x && at.x + item > corner.x + width) at = {corner.x, at.y + kLineHeight};
    if (svg != nullptr) {
      const double middle = at.y + kLineHeight / 2;
      svg->line({at.x, middle}, {at.x + kSwatch, middle},
                stroke(name) + R"( stroke-width="3" stroke-linecap="round")");
      svg->text({at.x + kSwatch + kSwatchGap, middle + 4.5}, name,
                R"(font-size="12.5" fill="#374151")");
    }
    at.x += item;
  }
  return names_.empty() ? 0 : at.y - corner.y + kLineHeight;
}

double text_width(std::string_view text, double font_size) {
  return 0.56 * font_size * static_cast<double>(display_width(text));
}

}  // namespace yoso::report
