// Convolutions of a photograph: a Gaussian blur in two passes and Sobel's edges, each one lambda over the
// column and row of a pixel. Checked against plain loops.
//
//     convolution [photograph.jpg [file.png]]

#include "../support/both_sides.hpp"
#include "../support/photograph.hpp"
#include "../support/png.hpp"

#include <array>
#include <cmath>

namespace {

struct size {
  std::uint32_t width, height;
};

std::vector<float> gaussian(int radius) {
  std::vector<float> weights;
  float sum = 0;
  for (int i = -radius; i <= radius; ++i) {
    float const sigma = 0.5f * static_cast<float>(radius);
    weights.push_back(std::exp(-static_cast<float>(i * i) / (2 * sigma * sigma)));
    sum += weights.back();
  }
  for (float& each : weights)
    each /= sum;
  return weights;
}

/// One pass of the blur, along (dx, dy); beyond the border the nearest pixel counts.
std::vector<float> blur(auto where, std::vector<float> const& from, size of,
                        std::vector<float> const& weights, int dx, int dy) {
  std::vector<float> to(from.size());
  auto const radius = static_cast<int>(weights.size() / 2);
  tandem::parallel_generate(
      where, to, of.width, of.height,
      [=, p = tandem::view2d(from, of.width, of.height), w = tandem::view(weights)](auto x, auto y) {
        return tandem::repeat(2 * radius + 1, 0.0f, [=](auto k, auto sum) {
          auto const step = tandem::cast<std::int32_t>(k) - radius;
          return sum + w[k] * p.clamped(x + step * dx, y + step * dy);
        });
      });
  return to;
}

/// How steep the picture is, by Sobel's two kernels.
std::vector<float> edges(auto where, std::vector<float> const& from, size of) {
  std::vector<float> to(from.size());
  tandem::parallel_generate(
      where, to, of.width, of.height, [p = tandem::view2d(from, of.width, of.height)](auto x, auto y) {
        auto const column = [&](int dx) {
          return p.clamped(x + dx, y - 1) + 2.0f * p.clamped(x + dx, y) + p.clamped(x + dx, y + 1);
        };
        auto const row = [&](int dy) {
          return p.clamped(x - 1, y + dy) + 2.0f * p.clamped(x, y + dy) + p.clamped(x + 1, y + dy);
        };
        auto const gx = column(1) - column(-1);
        auto const gy = row(1) - row(-1);
        return tandem::sqrt(gx * gx + gy * gy);
      });
  return to;
}

/// Both passes at once, in double: (2r + 1)² products a pixel.
double blurred_pixel(std::vector<float> const& from, size of, std::vector<float> const& weights, int x,
                     int y) {
  int const radius = static_cast<int>(weights.size() / 2);
  double sum = 0;
  for (int dy = -radius; dy <= radius; ++dy)
    for (int dx = -radius; dx <= radius; ++dx) {
      auto const column = static_cast<std::size_t>(std::clamp(x + dx, 0, static_cast<int>(of.width) - 1));
      auto const row = static_cast<std::size_t>(std::clamp(y + dy, 0, static_cast<int>(of.height) - 1));
      sum += double{weights[static_cast<std::size_t>(dx + radius)]} *
             double{weights[static_cast<std::size_t>(dy + radius)]} * double{from[row * of.width + column]};
    }
  return sum;
}

} // namespace

int main(int argc, char** argv) {
  auto const photo = samples::read_jpeg(argc > 1 ? argv[1] : samples::known_photograph);
  size const of{photo.width, photo.height};
  std::printf("%u × %u pixels\n", of.width, of.height);
  auto const brightness = tandem::parallel_map(photo.pixels, [](auto rgb) {
    auto const channel = [&](int shift) { return tandem::cast<float>((rgb >> shift) & 255u); };
    return 0.299f * channel(16) + 0.587f * channel(8) + 0.114f * channel(0);
  });
  auto const weights = gaussian(6);
  auto const soft = samples::on_both_sides("Gaussian blur, radius 6", [&](auto where) {
    return blur(where, blur(where, brightness, of, weights, 1, 0), of, weights, 0, 1);
  });
  auto const outline =
      samples::on_both_sides("Sobel's edges of it", [&](auto where) { return edges(where, soft, of); });
  double worst = 0;
  for (std::uint32_t y = 0; y < of.height; y += 7)
    for (std::uint32_t x = 0; x < of.width; x += 5)
      worst = std::max(
          worst, std::abs(blurred_pixel(brightness, of, weights, static_cast<int>(x), static_cast<int>(y)) -
                          double{soft[std::size_t{y} * of.width + x]}));
  std::printf("the blur is within %.1e of the plain loops in double: %s\n", worst,
              worst < 1e-3 ? "right" : "WRONG");
  if (argc > 2) { // photograph, blur and edges side by side
    std::vector<std::uint32_t> picture(3 * photo.pixels.size());
    auto const three = [=, a = tandem::view2d(photo.pixels, of.width, of.height),
                        b = tandem::view2d(soft, of.width, of.height),
                        c = tandem::view2d(outline, of.width, of.height)](auto x, auto y) {
      auto const grey = [](auto level) {
        return tandem::cast<std::uint32_t>(tandem::min(level, 255.0f)) * 0x010101u;
      };
      auto const w = of.width;
      return tandem::select(x < w, a(x, y),
                            tandem::select(x < 2 * w, grey(b(x - w, y)), grey(c(x - 2 * w, y))));
    };
    tandem::parallel_generate(picture, 3 * of.width, of.height, three);
    samples::png_writer::write(argv[2], 3 * of.width, of.height, picture);
    std::printf("written: %s\n", argv[2]);
  }
}
