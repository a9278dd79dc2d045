#include "svg.hpp"

#include <array>
#include <cstdio>

namespace tandem_bench {
namespace {

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);
  return text.data();
}

std::string escape(std::string_view text) {
  std::string safe;
  for (char const c : text) {
    switch (c) {
    case '&':
      safe += "&amp;";
      break;
    case '<':
      safe += "&lt;";
      break;
    case '>':
      safe += "&gt;";
      break;
    case '"':
      safe += "&quot;";
      break;
    default:
      safe += c;
    }
  }
  return safe;
}

std::string attribute(std::string_view name, std::string_view value) {
  std::string made(1, ' ');
  made.append(name).append("=\"").append(escape(value)).append("\"");
  return made;
}

std::string attribute(std::string_view name, double value) {
  return attribute(name, number(value));
}

std::string stroked(stroke const& style) {
  std::string all = attribute("stroke", style.color) + attribute("stroke-width", style.width);
  if (!style.dash.empty()) {
    all += attribute("stroke-dasharray", style.dash);
  }
  return all;
}

std::string lettered(lettering const& style) {
  std::string all = attribute("font-size", style.size) + attribute("fill", style.color) +
                    attribute("text-anchor", style.anchor);
  if (style.bold) {
    all += attribute("font-weight", "bold");
  }
  return all;
}

} // namespace

svg_canvas::svg_canvas(double width, double height, std::string_view background) {
  body_ = "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", width) +
          attribute("height", height) + attribute("viewBox", "0 0 " + number(width) + " " + number(height)) +
          attribute("font-family", "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif") + ">\n";
  rectangle({0.0, 0.0}, width, height, background);
}

void svg_canvas::line(spot from, spot to, stroke const& style) {
  body_ += "<line" + attribute("x1", from.x) + attribute("y1", from.y) + attribute("x2", to.x) +
           attribute("y2", to.y) + stroked(style) + "/>\n";
}

void svg_canvas::path(std::span<spot const> points, stroke const& style) {
  std::string coordinates;
  for (spot const& point : points) {
    coordinates += number(point.x) + "," + number(point.y) + " ";
  }
  body_ += "<polyline fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\"" +
           attribute("points", coordinates) + stroked(style) + "/>\n";
}

void svg_canvas::circle(spot center, double radius, std::string_view fill, stroke const& outline) {
  body_ += "<circle" + attribute("cx", center.x) + attribute("cy", center.y) + attribute("r", radius) +
           attribute("fill", fill) + stroked(outline) + "/>\n";
}

void svg_canvas::triangle(spot tip, double size, std::string_view fill) {
  std::string const corners = number(tip.x) + "," + number(tip.y) + " " + number(tip.x - 0.6 * size) + "," +
                              number(tip.y - size) + " " + number(tip.x + 0.6 * size) + "," +
                              number(tip.y - size);
  body_ += "<polygon" + attribute("points", corners) + attribute("fill", fill) + "/>\n";
}

void svg_canvas::rectangle(spot corner, double width, double height, std::string_view fill, double rounding) {
  body_ += "<rect" + attribute("x", corner.x) + attribute("y", corner.y) + attribute("width", width) +
           attribute("height", height) + attribute("rx", rounding) + attribute("fill", fill) + "/>\n";
}

void svg_canvas::text(spot where, std::string_view content, lettering const& style, std::string_view halo) {
  std::string const place = "<text" + attribute("x", where.x) + attribute("y", where.y);
  if (!halo.empty()) { // drawn twice: not every renderer knows paint-order
    lettering around = style;
    around.color = halo;
    body_ += place + lettered(around) + stroked({halo, 4.0, ""}) + " stroke-linejoin=\"round\">" +
             escape(content) + "</text>\n";
  }
  body_ += place + lettered(style) + ">" + escape(content) + "</text>\n";
}

void svg_canvas::rotated_text(spot where, std::string_view content, lettering const& style) {
  body_ += "<text" +
           attribute("transform", "translate(" + number(where.x) + " " + number(where.y) + ") rotate(-90)") +
           lettered(style) + ">" + escape(content) + "</text>\n";
}

std::string svg_canvas::finish() const {
  return body_ + "</svg>\n";
}

} // namespace tandem_bench
