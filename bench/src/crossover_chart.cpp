#include "crossover_chart.hpp"

#include "format.hpp"
#include "statistics.hpp"
#include "svg.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tandem_bench {
namespace {

constexpr double page_width = 1600.0;
constexpr double header_height = 112.0;
constexpr double cell_height = 430.0;
constexpr double footer_height = 46.0;
constexpr int columns = 3;
constexpr double cell_width = (page_width - 60.0) / columns;

constexpr std::string_view paper = "#ffffff";
constexpr std::string_view ink = "#1f2933";
constexpr std::string_view quiet_ink = "#66717f";
constexpr std::string_view grid_color = "#e3e6eb";
constexpr std::string_view plot_fill = "#fafbfc";
constexpr std::string_view won_fill = "#fdf1e7"; ///< where the GPU wins
constexpr std::string_view alarm = "#c81e1e";

stroke look_of(way which) {
  switch (which) {
  case way::cpu_serial:
    return {"#94a3b8", 2.4, ""};
  case way::cpu_parallel:
    return {"#2563eb", 2.8, ""};
  case way::gpu_transfer:
    return {"#dd5b12", 2.8, ""};
  case way::gpu_once:
    return {"#8b46d6", 2.4, "2 5"};
  case way::gpu_resident:
    return {"#0d8a63", 2.4, "8 5"};
  }
  return {};
}

std::string short_name(way which) {
  switch (which) {
  case way::cpu_serial:
    return "1 thread";
  case way::cpu_parallel:
    return "all threads";
  case way::gpu_transfer:
    return "GPU, sent";
  case way::gpu_once:
    return "sent once";
  case way::gpu_resident:
    return "stays there";
  }
  return {};
}

// The ring of an automatic dot has the colour of what was chosen.
std::string_view color_of_pick(std::string const& backend) {
  if (backend.find("gpu") != std::string::npos || backend.find("both") != std::string::npos) {
    return look_of(way::gpu_transfer).color;
  }
  return backend.find("serial") != std::string::npos ? "#64748b" : look_of(way::cpu_parallel).color;
}

// Logarithmic axes of one panel; n and time ranges are shared by all panels, so that they compare at a
// glance.
struct axes {
  double left, top, width, height;
  double n_low, n_high, time_low, time_high;

  double x(double n) const { return left + width * (std::log(n / n_low) / std::log(n_high / n_low)); }
  double y(double ns) const {
    return top + height * (1.0 - std::log(ns / time_low) / std::log(time_high / time_low));
  }
  double bottom() const { return top + height; }
  double right() const { return left + width; }
};

void cover(timing const& t, double& low, double& high) {
  if (t.samples > 0) {
    low = std::min(low, t.median_ns);
    high = std::max(high, t.median_ns);
  }
}

axes common_axes(crossover_report const& report) {
  axes all{0, 0, cell_width - 170.0, cell_height - 118.0, 256.0, 257.0, 0.0, 0.0};
  double low = std::numeric_limits<double>::infinity();
  double high = 0.0;
  for (panel const& p : report.panels) {
    for (line const& l : p.lines) {
      std::for_each(l.at.begin(), l.at.end(), [&](timing const& t) { cover(t, low, high); });
    }
    std::for_each(p.picks.begin(), p.picks.end(), [&](pick const& chosen) { cover(chosen.time, low, high); });
    if (!p.sizes.empty()) {
      all.n_low = std::min(all.n_low, static_cast<double>(p.sizes.front()));
      all.n_high = std::max(all.n_high, static_cast<double>(p.sizes.back()));
    }
  }
  if (high == 0.0) {
    low = high = 1000.0;
  }
  all.time_low = low / 1.6;
  all.time_high = high * 1.9;
  return all;
}

void draw_axes(svg_canvas& canvas, axes const& a) {
  for (double tick = std::pow(10.0, std::ceil(std::log10(a.time_low))); tick < a.time_high; tick *= 10.0) {
    canvas.line({a.left, a.y(tick)}, {a.right(), a.y(tick)}, {grid_color, 1.0, ""});
    double const value = tick >= 1e9   ? tick / 1e9
                         : tick >= 1e6 ? tick / 1e6
                         : tick >= 1e3 ? tick / 1e3
                                       : tick;
    std::string const unit = tick >= 1e9 ? " s" : tick >= 1e6 ? " ms" : tick >= 1e3 ? " µs" : " ns";
    canvas.text({a.left - 8.0, a.y(tick) + 4.5}, std::to_string(std::lround(value)) + unit,
                {12.0, quiet_ink, "end"});
  }
  for (double tick = a.n_low; tick <= a.n_high * 1.001; tick *= 16.0) {
    canvas.line({a.x(tick), a.top}, {a.x(tick), a.bottom()}, {grid_color, 1.0, ""});
    canvas.text({a.x(tick), a.bottom() + 19.0}, format_count(tick), {12.0, quiet_ink, "middle"});
  }
  canvas.line({a.left, a.bottom()}, {a.right(), a.bottom()}, {"#aab2bd", 1.2, ""});
}

struct end_label {
  double y;
  std::string text;
  std::string_view color;
  spot end; ///< of its line
};

// Pushes labels apart that would overlap, keeping their order and staying inside the panel.
void spread(std::vector<end_label>& labels, double gap, double low, double high) {
  std::sort(labels.begin(), labels.end(), [](end_label const& a, end_label const& b) { return a.y < b.y; });
  for (std::size_t i = 1; i < labels.size(); ++i) {
    labels[i].y = std::max(labels[i].y, labels[i - 1].y + gap);
  }
  double ceiling = high;
  for (std::size_t i = labels.size(); i-- > 0;) {
    labels[i].y = std::min(labels[i].y, ceiling);
    ceiling = labels[i].y - gap;
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    labels[i].y = std::max(labels[i].y, low + gap * static_cast<double>(i));
  }
}

/// The point of each line that was measured, as far as it goes.
std::vector<spot> points_of(line const& l, panel const& p, axes const& a) {
  std::vector<spot> points;
  for (std::size_t i = 0; i < p.sizes.size(); ++i) {
    if (l.at[i].samples > 0) {
      points.push_back({a.x(static_cast<double>(p.sizes[i])), a.y(l.at[i].median_ns)});
    }
  }
  return points;
}

/// All names stand in the margin, where no line is; a line that was too slow for larger sizes is led there.
void draw_lines(svg_canvas& canvas, panel const& p, axes const& a) {
  std::vector<end_label> labels;
  for (line const& l : p.lines) {
    std::vector<spot> const points = points_of(l, p, a);
    if (points.empty()) {
      continue;
    }
    canvas.path(points, look_of(l.which));
    labels.push_back({points.back().y, short_name(l.which), look_of(l.which).color, points.back()});
  }
  spread(labels, 17.0, a.top + 8.0, a.bottom() - 4.0);
  for (end_label const& label : labels) {
    if (label.end.x < a.right() - 1.0) {
      canvas.line({label.end.x + 3.0, label.end.y}, {a.right() + 6.0, label.y}, {label.color, 1.0, "1 4"});
    }
    canvas.text({a.right() + 9.0, label.y + 4.5}, label.text, {13.0, label.color, "start", true});
  }
}

void draw_picks(svg_canvas& canvas, panel const& p, axes const& a) {
  for (std::size_t i = 0; i < p.picks.size(); ++i) {
    pick const& chosen = p.picks[i];
    if (chosen.time.samples == 0) {
      continue;
    }
    spot const where{a.x(static_cast<double>(p.sizes[i])), a.y(chosen.time.median_ns)};
    canvas.circle(where, 5.0, paper, {color_of_pick(chosen.backend), 2.4, ""});
    if (chosen.regret > 1.25) {
      bool const leftmost = where.x < a.left + 30.0; // the axis has its numbers there
      canvas.text({leftmost ? where.x + 4.0 : where.x - 8.0, where.y - 9.0}, format_ratio(chosen.regret),
                  {11.5, alarm, leftmost ? "start" : "end", true}, plot_fill);
    }
  }
}

void draw_crossovers(svg_canvas& canvas, panel const& p, axes const& a) {
  double const label_x = a.left + 10.0;
  if (p.measured_crossover) {
    double const x = a.x(*p.measured_crossover);
    canvas.line({x, a.top + 48.0}, {x, a.bottom()}, {ink, 1.6, "2 4"});
    canvas.text({label_x, a.top + 20.0}, "measured crossover ≈ " + format_count(*p.measured_crossover),
                {13.0, ink, "start", true});
  } else if (find_line(p, way::gpu_transfer) != nullptr) {
    canvas.text({label_x, a.top + 20.0},
                "no crossover up to " + format_count(static_cast<double>(p.sizes.back())),
                {13.0, ink, "start", true});
  } else {
    canvas.text({label_x, a.top + 20.0}, "on the CPU only", {13.0, quiet_ink});
  }
  if (p.predicted && p.predicted_crossover) {
    canvas.text({label_x, a.top + 38.0}, "▼ model: ≈ " + format_count(*p.predicted_crossover),
                {13.0, quiet_ink});
    if (*p.predicted_crossover >= a.n_low && *p.predicted_crossover <= a.n_high) {
      canvas.triangle({a.x(*p.predicted_crossover), a.bottom()}, 12.0, quiet_ink);
    }
  } else if (p.predicted) {
    canvas.text({label_x, a.top + 38.0}, "model: none", {13.0, quiet_ink});
  }
}

void draw_panel(svg_canvas& canvas, panel const& p, axes const& a) {
  canvas.text({a.left, a.top - 30.0}, p.title, {18.0, ink, "start", true});
  canvas.text({a.left, a.top - 11.0}, p.expression, {13.0, quiet_ink});
  canvas.rectangle({a.left, a.top}, a.width, a.height, plot_fill);
  if (p.measured_crossover) {
    double const x = a.x(*p.measured_crossover);
    canvas.rectangle({x, a.top}, a.right() - x, a.height, won_fill);
  }
  draw_axes(canvas, a);
  draw_crossovers(canvas, p, a);
  draw_lines(canvas, p, a);
  draw_picks(canvas, p, a);
}

void draw_key(svg_canvas& canvas, crossover_report const& report, double left, double top) {
  double y = top;
  canvas.text({left, y - 30.0}, "How to read it", {18.0, ink, "start", true});
  y += 4.0;
  for (way const which : all_ways) {
    canvas.line({left, y}, {left + 40.0, y}, look_of(which));
    canvas.text({left + 52.0, y + 4.5}, name_of(which), {14.0, ink});
    y += 27.0;
  }
  canvas.circle({left + 20.0, y}, 5.0, paper, {ink, 2.4, ""});
  canvas.text({left + 52.0, y + 4.5}, "what automatic took; ring: what it chose", {14.0, ink});
  y += 27.0;
  canvas.text({left + 20.0, y + 4.5}, "1.5 ×", {11.5, alarm, "middle", true});
  canvas.text({left + 52.0, y + 4.5}, "its time / best, where over 1.25", {14.0, ink});
  y += 27.0;
  canvas.rectangle({left + 20.0, y - 9.0}, 20.0, 18.0, won_fill);
  canvas.line({left + 20.0, y - 9.0}, {left + 20.0, y + 9.0}, {ink, 1.6, "2 4"});
  canvas.text({left + 52.0, y + 4.5}, "measured crossover: GPU wins from here on", {14.0, ink});
  y += 27.0;
  canvas.triangle({left + 20.0, y + 6.0}, 12.0, quiet_ink);
  canvas.text({left + 52.0, y + 4.5}, "crossover the cost model predicts", {14.0, ink});
  y += 44.0;
  std::vector<double> regrets;
  for (panel const& p : report.panels) {
    for (pick const& chosen : p.picks) {
      regrets.push_back(chosen.regret);
    }
  }
  if (!regrets.empty()) {
    canvas.text({left, y}, "Regret of automatic", {14.0, ink, "start", true});
    canvas.text({left, y + 23.0},
                "geometric mean " + format_ratio(geometric_mean(regrets)) + ", worst " +
                    format_ratio(*std::max_element(regrets.begin(), regrets.end())),
                {14.0, ink});
  }
}

} // namespace

std::string draw_crossover(crossover_report const& report) {
  int const cells = static_cast<int>(report.panels.size()) + 1;
  int const rows = (cells + columns - 1) / columns;
  double const page_height = header_height + rows * cell_height + footer_height;
  svg_canvas canvas(page_width, page_height, paper);
  canvas.text({40.0, 50.0}, "From which size on is the GPU faster?", {28.0, ink, "start", true});
  std::string const device = report.where.gpu.empty() ? "no GPU" : report.where.gpu;
  canvas.text({40.0, 79.0},
              report.where.cpu + ", " + std::to_string(report.where.threads) + " threads · " + device,
              {15.0, quiet_ink});

  axes a = common_axes(report);
  for (int cell = 0; cell < cells; ++cell) {
    a.left = 30.0 + (cell % columns) * cell_width + 62.0;
    a.top = header_height + (cell / columns) * cell_height + 56.0;
    if (cell + 1 == cells) {
      draw_key(canvas, report, a.left, a.top);
      break;
    }
    draw_panel(canvas, report.panels[static_cast<std::size_t>(cell)], a);
  }
  canvas.text({40.0, page_height - 20.0},
              "Time of one call against the number of elements, medians; both axes logarithmic.",
              {13.0, quiet_ink});
  canvas.text({page_width - 40.0, page_height - 20.0},
              "tandem " + report.where.version + " · " + report.where.date, {13.0, quiet_ink, "end"});
  return canvas.finish();
}

} // namespace tandem_bench
