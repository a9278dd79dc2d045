// The Mandelbrot set: one lambda with a bounded loop, a picture of it as PNG.
//
//     mandelbrot [width [file.png]]

#include "../support/both_sides.hpp"
#include "../support/png.hpp"

#include <cstdlib>

namespace {

constexpr std::uint32_t limit = 400;

/// How many steps until |z| > 2, for every pixel.
std::vector<std::uint32_t> escape_times(auto where, std::uint32_t width, std::uint32_t height) {
  std::vector<std::uint32_t> steps(std::size_t{width} * height);
  float const pixel = 3.2f / static_cast<float>(width);
  tandem::parallel_generate(where, steps, [=](auto i) {
    auto const x = tandem::cast<float>(i % width) * pixel - 2.3f;
    auto const y = (tandem::cast<float>(i / width) - static_cast<float>(height) * 0.5f) * pixel;
    auto const start = std::tuple{x * 0.0f, y * 0.0f, i * 0u};
    auto const end = tandem::iterate_while(
        start,
        [](auto const& z) {
          auto const& [re, im, n] = z;
          return re * re + im * im <= 4.0f;
        },
        [=](auto const& z) {
          auto const& [re, im, n] = z;
          return std::tuple{re * re - im * im + x, 2.0f * re * im + y, n + 1u};
        },
        limit);
    return std::get<2>(end);
  });
  return steps;
}

/// Dark outside, warm towards the border, black inside.
std::vector<std::uint32_t> colours(std::vector<std::uint32_t> const& steps) {
  return tandem::parallel_map(steps, [](auto n) {
    auto const t = tandem::log2(tandem::cast<float>(n) + 1.0f) * 0.7f;
    auto const channel = [=](float phase) {
      return tandem::cast<std::uint32_t>(127.5f + 127.5f * tandem::sin(t + phase));
    };
    auto const colour = (channel(-1.6f) << 16) | (channel(-2.2f) << 8) | channel(-3.0f);
    return tandem::select(n == limit, 0u, colour);
  });
}

} // namespace

int main(int argc, char** argv) {
  auto const width = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 900);
  auto const height = width * 3 / 4;
  auto const steps = samples::on_both_sides("Mandelbrot set",
                                            [&](auto where) { return escape_times(where, width, height); });
  auto const inside = tandem::parallel_count(steps, [](auto n) { return n == limit; });
  std::printf("  %.2f %% of the pixels are inside\n",
              100.0 * static_cast<double>(inside) / static_cast<double>(steps.size()));
  if (argc > 2) {
    samples::png_writer::write(argv[2], width, height, colours(steps));
    std::printf("  written: %s\n", argv[2]);
  }
}
