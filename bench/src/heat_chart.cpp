#include "format.hpp"
#include "heat_map.hpp"
#include "svg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>

namespace tandem_bench {
namespace {

constexpr double page_width = 1280.0;
constexpr double left = 150.0;
constexpr double right = 40.0;
constexpr double top = 132.0;
constexpr double row_height = 74.0;
constexpr double below = 190.0;

constexpr std::string_view ink = "#1f2933";
constexpr std::string_view quiet_ink = "#66717f";

struct color {
  double red, green, blue;
};

constexpr color serial_color{148, 163, 184};
constexpr color threads_color{37, 99, 235};
constexpr color gpu_color{221, 91, 18};

color color_of(std::string const& who) {
  return who == "gpu" ? gpu_color : who == "serial" ? serial_color : threads_color;
}

/// Mixed with white: pale at even, full at twenty times.
std::string shade(color c, double lead) {
  double const strength = std::clamp(0.28 + 0.72 * std::log(std::max(lead, 1.0)) / std::log(20.0), 0.28, 1.0);
  auto const mixed = [strength](double channel) {
    return static_cast<int>(std::lround(255.0 + (channel - 255.0) * strength));
  };
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "#%02x%02x%02x", static_cast<unsigned>(mixed(c.red)),
                static_cast<unsigned>(mixed(c.green)), static_cast<unsigned>(mixed(c.blue)));
  return text.data();
}

struct layout {
  heat_report const& report;
  double cell_width;

  double row_top(std::size_t row) const { // most work on top
    return top + row_height * static_cast<double>(report.rows.size() - 1 - row);
  }
  /// Position of n: a size is the middle of its column.
  double x(double n) const {
    double const first = static_cast<double>(report.sizes.front());
    double const factor = report.sizes.size() > 1 ? static_cast<double>(report.sizes[1]) / first : 2.0;
    double const columns = std::log(n / first) / std::log(factor) + 0.5;
    return left + cell_width * std::clamp(columns, 0.0, static_cast<double>(report.sizes.size()));
  }
};

void draw_cells(svg_canvas& canvas, layout const& at) {
  for (std::size_t r = 0; r < at.report.rows.size(); ++r) {
    heat_row const& row = at.report.rows[r];
    double const y = at.row_top(r);
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      double const x = left + at.cell_width * static_cast<double>(i);
      std::string const who = fastest_of(row.cells[i]);
      if (who.empty()) {
        canvas.rectangle({x + 1.0, y + 1.0}, at.cell_width - 2.0, row_height - 2.0, "#f1f3f5", 3.0);
        continue;
      }
      double const lead = lead_of(row.cells[i]);
      canvas.rectangle({x + 1.0, y + 1.0}, at.cell_width - 2.0, row_height - 2.0, shade(color_of(who), lead),
                       3.0);
      bool const dark = lead > 4.0 && who != "serial";
      if (lead > 1.0) {
        canvas.text({x + at.cell_width / 2.0, y + row_height / 2.0 + 5.0}, format_ratio(lead),
                    {14.0, dark ? "#ffffff" : ink, "middle", false});
      }
      if (!row.cells[i].chosen.empty() && row.cells[i].chosen != who) { // automatic thought otherwise
        canvas.circle({x + at.cell_width - 13.0, y + 13.0}, 5.0, shade(color_of(row.cells[i].chosen), 20.0),
                      {"#ffffff", 2.0, ""});
      }
    }
  }
}

/// A line that passes each row at `where(row)`, rows without one at the right edge.
void draw_boundary(svg_canvas& canvas, layout const& at, stroke const& style,
                   std::function<std::optional<double>(heat_row const&)> const& where) {
  std::vector<spot> points;
  for (std::size_t r = 0; r < at.report.rows.size(); ++r) {
    auto const n = where(at.report.rows[r]);
    if (!n) {
      continue;
    }
    double const x = at.x(*n);
    points.push_back({x, at.row_top(r) + row_height});
    points.push_back({x, at.row_top(r)});
  }
  if (points.empty()) {
    return;
  }
  canvas.path(points, {"#ffffff", style.width + 4.0, ""});
  canvas.path(points, style);
}

void draw_axes(svg_canvas& canvas, layout const& at) {
  double const bottom = top + row_height * static_cast<double>(at.report.rows.size());
  for (std::size_t i = 0; i < at.report.sizes.size(); ++i) {
    canvas.text({left + at.cell_width * (static_cast<double>(i) + 0.5), bottom + 24.0},
                format_count(static_cast<double>(at.report.sizes[i])), {14.0, ink, "middle"});
  }
  canvas.text({left + at.cell_width * static_cast<double>(at.report.sizes.size()) / 2.0, bottom + 50.0},
              "elements", {14.0, quiet_ink, "middle"});
  for (std::size_t r = 0; r < at.report.rows.size(); ++r) {
    canvas.text({left - 14.0, at.row_top(r) + row_height / 2.0 + 5.0},
                format_count(at.report.rows[r].operations), {14.0, ink, "end"});
  }
  canvas.rotated_text({52.0, (top + bottom) / 2.0}, "operations an element", {14.0, quiet_ink, "middle"});
}

void draw_key(svg_canvas& canvas, layout const& at) {
  double const bottom = top + row_height * static_cast<double>(at.report.rows.size());
  double x = left;
  double const y = bottom + 92.0;
  auto const swatch = [&](color c, std::string const& text, double width) {
    canvas.rectangle({x, y - 14.0}, 14.0, 18.0, shade(c, 1.0), 2.0);
    canvas.rectangle({x + 15.0, y - 14.0}, 14.0, 18.0, shade(c, 4.5), 2.0);
    canvas.rectangle({x + 30.0, y - 14.0}, 14.0, 18.0, shade(c, 20.0), 2.0);
    canvas.text({x + 53.0, y}, text, {14.0, ink});
    x += width;
  };
  swatch(serial_color, "one thread is fastest", 230.0);
  swatch(threads_color, "all threads are", 190.0);
  swatch(gpu_color, "the GPU is, data sent each time", 290.0);
  canvas.text({x, y}, "number: CPU against GPU", {14.0, quiet_ink});
  x = left;
  double const second = y + 32.0;
  canvas.line({x, second - 5.0}, {x + 44.0, second - 5.0}, {ink, 3.0, ""});
  canvas.text({x + 53.0, second}, "the model's line to the GPU", {14.0, ink});
  canvas.line({x + 270.0, second - 5.0}, {x + 314.0, second - 5.0}, {"#475569", 2.4, "3 5"});
  canvas.text({x + 323.0, second}, "to all threads", {14.0, ink});
  canvas.circle({x + 462.0, second - 5.0}, 5.0, shade(threads_color, 20.0), {"#ffffff", 2.0, ""});
  canvas.text({x + 476.0, second}, "automatic chose this instead", {14.0, ink});
}

} // namespace

std::string draw_heat_map(heat_report const& report) {
  double const height = top + row_height * static_cast<double>(report.rows.size()) + below;
  svg_canvas canvas(page_width, height, "#ffffff");
  canvas.text({40.0, 50.0}, "Who is fastest, by size and by work", {28.0, ink, "start", true});
  canvas.text({40.0, 79.0},
              report.where.cpu + ", " + std::to_string(report.where.threads) + " threads · " +
                  (report.where.gpu.empty() ? "no GPU" : report.where.gpu),
              {15.0, quiet_ink});
  canvas.text({40.0, 104.0}, "Maps of floats from host memory to host memory; medians.", {13.0, quiet_ink});
  if (report.rows.empty() || report.sizes.empty()) {
    return canvas.finish();
  }
  layout const at{report, (page_width - left - right) / static_cast<double>(report.sizes.size())};
  draw_cells(canvas, at);
  draw_boundary(canvas, at, {"#475569", 2.4, "3 5"}, [](heat_row const& row) { return row.threads_from; });
  draw_boundary(canvas, at, {ink, 3.0, ""}, [](heat_row const& row) { return row.gpu_from; });
  draw_axes(canvas, at);
  draw_key(canvas, at);
  if (!report.where.gpu.empty() &&
      std::none_of(report.rows.begin(), report.rows.end(),
                   [](heat_row const& row) { return row.gpu_from.has_value(); })) {
    canvas.text({page_width - right, 104.0}, "the model sees no size at which this GPU wins",
                {13.0, quiet_ink, "end"});
  }
  canvas.text({page_width - right, height - 18.0},
              "tandem " + report.where.version + " · " + report.where.date, {13.0, quiet_ink, "end"});
  return canvas.finish();
}

} // namespace tandem_bench
