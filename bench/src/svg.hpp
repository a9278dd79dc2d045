// A canvas that writes SVG: just what the charts need.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tandem_bench {

struct spot {
  double x = 0.0;
  double y = 0.0;
};

/// How a stroke looks; an empty dash is a solid line.
struct stroke {
  std::string_view color = "#000000";
  double width = 1.0;
  std::string_view dash = "";
};

/// How text looks; anchor is start, middle or end.
struct lettering {
  double size = 13.0;
  std::string_view color = "#1f2933";
  std::string_view anchor = "start";
  bool bold = false;
};

class svg_canvas {
 public:
  svg_canvas(double width, double height, std::string_view background);

  void line(spot from, spot to, stroke const& style);
  void path(std::span<spot const> points, stroke const& style);
  void circle(spot center, double radius, std::string_view fill, stroke const& outline);
  void triangle(spot tip, double size, std::string_view fill); ///< points down to the tip
  void rectangle(spot corner, double width, double height, std::string_view fill, double rounding = 0.0);
  /// Text with its baseline at y; a halo in the given colour keeps it readable over lines.
  void text(spot where, std::string_view content, lettering const& style, std::string_view halo = "");
  void rotated_text(spot where, std::string_view content, lettering const& style); ///< reads upwards

  std::string finish() const; ///< the whole document

 private:
  std::string body_;
};

} // namespace tandem_bench
