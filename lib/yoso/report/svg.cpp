#include "yoso/report/svg.h"

#include "yoso/util/format.h"

namespace yoso::report {
namespace {

/// A coordinate: a tenth of a pixel is as fine as one can see.
std::string px(double value) {
  std::string text = format_fixed(value, 1);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + px(value) + "\"";
}

}  // namespace

Svg::Svg(double width, double height, std::string_view title) {
  body_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"" + attribute("width", width) +
          attribute("height", height) + " viewBox=\"0 0 " + px(width) + " " + px(height) +
          "\" font-family=\"system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif\">\n" +
          "<title>" + xml_escape(title) + "</title>\n";
}

void Svg::rect(Point corner, double width, double height, std::string_view attributes) {
  body_ += "<rect" + attribute("x", corner.x) + attribute("y", corner.y) +
           attribute("width", width) + attribute("height", height) + " ";
  body_.append(attributes).append("/>\n");
}

void Svg::line(Point from, Point to, std::string_view attributes) {
  body_ += "<line" + attribute("x1", from.x) + attribute("y1", from.y) + attribute("x2", to.x) +
           attribute("y2", to.y) + " ";
  body_.append(attributes).append("/>\n");
}

void Svg::polyline(const std::vector<Point>& points, std::string_view attributes) {
  body_ += "<polyline fill=\"none\" points=\"";
  for (size_t i = 0; i < points.size(); ++i) {
    body_ += (i ? " " : "") + px(points[i].x) + "," + px(points[i].y);
  }
  body_.append("\" ").append(attributes).append("/>\n");
}

void Svg::circle(Point centre, double radius, std::string_view attributes) {
  body_ += "<circle" + attribute("cx", centre.x) + attribute("cy", centre.y) +
           attribute("r", radius) + " ";
  body_.append(attributes).append("/>\n");
}

void Svg::text(Point at, std::string_view text, std::string_view attributes) {
  body_ += "<text" + attribute("x", at.x) + attribute("y", at.y) + " ";
  body_.append(attributes).append(">" + xml_escape(text) + "</text>\n");
}

std::string xml_escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') out += c;
    }
  }
  return out;
}

}  // namespace yoso::report
