// Spheres over a chequered floor, drawn by marching along each pixel's ray: one lambda over column and row,
// with the scene as a function of generic coordinates. The scene in plain floats and loops is the reference.
//
//     ray_marcher [width [file.png]]

#include "../support/both_sides.hpp"
#include "../support/png.hpp"

#include <cmath>
#include <cstdlib>

namespace {

constexpr int ball_count = 5;
constexpr float far_away = 30.0f;

auto length(auto x, auto y, auto z) {
  return tandem::sqrt(x * x + y * y + z * z);
}

/// How far the nearest surface is: balls in a row, and the floor at y = −1.
auto scene(auto x, auto y, auto z) {
  auto const balls = tandem::repeat(ball_count, x * 0.0f + far_away, [=](auto i, auto nearest) {
    auto const at = tandem::cast<float>(i) * 1.6f - 3.2f;
    auto const radius = 0.5f + 0.1f * tandem::cast<float>(i % 3u);
    return tandem::min(nearest, length(x - at, y + 1.0f - radius, z - 0.5f * at) - radius);
  });
  return tandem::min(balls, y + 1.0f);
}

/// How far the ray goes until it comes close to a surface.
auto march(auto ox, auto oy, auto oz, auto dx, auto dy, auto dz) {
  auto const from = ox * 0.0f + dx * 0.0f; // a zero of the right kind
  auto const end = tandem::iterate_while(
      std::pair{from + 0.02f, from + 1.0f},
      [](auto const& state) { return state.second > 0.001f && state.first < far_away; },
      [=](auto const& state) {
        auto const t = state.first;
        auto const step = scene(ox + t * dx, oy + t * dy, oz + t * dz);
        return std::pair{t + step, step};
      },
      120);
  return end.first;
}

/// The brightness of a pixel, 0 … 1; (u, v) from the middle of the picture.
auto shade(auto u, auto v) {
  auto const norm = length(u, v, 1.5f);
  auto const dx = u / norm;
  auto const dy = (v - 0.25f) / norm;
  auto const dz = 1.5f / norm;
  auto const t = march(0.0f, 0.4f, -5.0f, dx, dy, dz);
  auto const x = t * dx;
  auto const y = 0.4f + t * dy;
  auto const z = t * dz - 5.0f;
  float const h = 0.001f;
  auto const here = scene(x, y, z);
  auto const nx = scene(x + h, y, z) - here;
  auto const ny = scene(x, y + h, z) - here;
  auto const nz = scene(x, y, z + h) - here;
  float const lx = 0.48f, ly = 0.72f, lz = -0.5f;
  auto const facing = (nx * lx + ny * ly + nz * lz) / tandem::max(length(nx, ny, nz), 1e-6f);
  auto const lit = march(x + nx * 20.0f, y + ny * 20.0f, z + nz * 20.0f, lx, ly, lz) >= far_away;
  auto const chequered = tandem::floor(x) + tandem::floor(z);
  auto const tile = tandem::select(chequered - 2.0f * tandem::floor(chequered * 0.5f) < 0.5f, 0.35f, 0.9f);
  auto const material = tandem::select(y < -0.99f, tile, 0.8f);
  auto const surface = material * (0.15f + tandem::select(lit, tandem::max(facing, 0.0f), 0.0f));
  auto const sky = 0.55f + 0.4f * dy;
  return tandem::select(t < far_away, surface, sky);
}

std::vector<float> draw(auto where, std::uint32_t width, std::uint32_t height) {
  std::vector<float> picture(std::size_t{width} * height);
  float const pixel = 2.0f / static_cast<float>(width);
  tandem::parallel_generate(where, picture, width, height, [=](auto x, auto y) {
    return shade((tandem::cast<float>(x) - 0.5f * static_cast<float>(width)) * pixel,
                 (0.5f * static_cast<float>(height) - tandem::cast<float>(y)) * pixel);
  });
  return picture;
}

} // namespace

int main(int argc, char** argv) {
  auto const width = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 480);
  auto const height = width * 5 / 8;
  auto const picture =
      samples::on_both_sides("spheres", [&](auto where) { return draw(where, width, height); });
  // The same formula on plain floats, pixel by pixel in order.
  std::size_t wrong = 0;
  float const pixel = 2.0f / static_cast<float>(width);
  for (std::uint32_t y = 0; y < height; y += 3)
    for (std::uint32_t x = 0; x < width; x += 3) {
      float const expected = shade((static_cast<float>(x) - 0.5f * static_cast<float>(width)) * pixel,
                                   (0.5f * static_cast<float>(height) - static_cast<float>(y)) * pixel);
      wrong += !(std::abs(expected - picture[std::size_t{y} * width + x]) < 1e-4f);
    }
  std::printf("%u × %u, %zu pixels differ from the plain loop: %s\n", width, height, wrong,
              wrong == 0 ? "right" : "WRONG");
  if (argc > 2) {
    auto const grey = tandem::parallel_map(picture, [](auto level) {
      return tandem::cast<std::uint32_t>(
                 tandem::clamp(tandem::sqrt(tandem::max(level, 0.0f)) * 255.0f, 0.0f, 255.0f)) *
             0x010101u;
    });
    samples::png_writer::write(argv[2], width, height, grey);
    std::printf("written: %s\n", argv[2]);
  }
}
