// Image filters on a photograph, one after the other as the command line says: 3 × 3 kernels (blur, sharpen,
// edges, emboss) and colours (grey, sepia). A filter is one lambda from a place or a pixel to a pixel,
// on any processor. Checked against plain loops over rows and columns.
//
//     image_filters [PHOTO.jpg [out.png [filter…]]]        default: blur sharpen sepia
#include "../support/both_sides.hpp"
#include "../support/photograph.hpp"
#include "../support/png.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <numeric>
#include <string>
#include <utility>

namespace {

using pixels = std::vector<std::uint32_t>; // 0x00RRGGBB, row after row
struct size {
  std::uint32_t width, height;
};

constexpr auto channel = [](auto pixel, int shift) {
  return tandem::cast<float>((pixel >> static_cast<unsigned>(shift)) & 255u);
};
constexpr auto packed = [](auto red, auto green, auto blue) {
  auto const level = [](auto x) {
    return tandem::cast<std::uint32_t>(tandem::min(tandem::max(x, 0.0f), 255.0f) + 0.5f);
  };
  return (level(red) << 16u) | (level(green) << 8u) | level(blue);
};

/// Weights of a pixel and its eight neighbours, row by row, and what is added in the end.
struct kernel {
  std::array<float, 9> weights;
  float base;
};
std::map<std::string, kernel> const kernels{
    {"blur", {{1 / 16.f, 2 / 16.f, 1 / 16.f, 2 / 16.f, 4 / 16.f, 2 / 16.f, 1 / 16.f, 2 / 16.f, 1 / 16.f}, 0}},
    {"sharpen", {{0, -1, 0, -1, 5, -1, 0, -1, 0}, 0}},
    {"edges", {{-1, -1, -1, -1, 8, -1, -1, -1, -1}, 0}},
    {"emboss", {{-2, -1, 0, -1, 0, 1, 0, 1, 2}, 128}},
};

/// `read(dx, dy)` is the neighbour that many columns and rows away.
constexpr auto weighted = [](kernel const& k, auto const& read) {
  auto const sum = [&](int shift) {
    auto total = channel(read(-1, -1), shift) * k.weights[0];
    for (int i = 1; i < 9; ++i)
      total = total + channel(read(i % 3 - 1, i / 3 - 1), shift) * k.weights[static_cast<std::size_t>(i)];
    return total + k.base;
  };
  return packed(sum(16), sum(8), sum(0));
};

pixels convolved(auto where, pixels const& from, size of, kernel const& with) {
  pixels to(from.size());
  tandem::parallel_generate(
      where, to, of.width, of.height, [with, p = tandem::view2d(from, of.width, of.height)](auto x, auto y) {
        return weighted(with, [&](int dx, int dy) { return p.clamped(x + dx, y + dy); });
      });
  return to;
}

pixels convolved_by_loops(pixels const& from, size of, kernel const& with) {
  pixels to;
  int const right = static_cast<int>(of.width) - 1, bottom = static_cast<int>(of.height) - 1;
  for (int y = 0; y <= bottom; ++y)
    for (int x = 0; x <= right; ++x)
      to.push_back(weighted(with, [&](int dx, int dy) {
        auto const row = static_cast<std::size_t>(std::clamp(y + dy, 0, bottom));
        return from[row * of.width + static_cast<std::size_t>(std::clamp(x + dx, 0, right))];
      }));
  return to;
}

/// A grey picture, seen through coloured glass.
struct tint {
  float red, green, blue;
  auto operator()(auto p) const {
    auto const grey = 0.299f * channel(p, 16) + 0.587f * channel(p, 8) + 0.114f * channel(p, 0);
    return packed(grey * red, grey * green, grey * blue);
  }
};
std::map<std::string, tint> const tints{{"grey", {1, 1, 1}}, {"sepia", {1.07f, 0.86f, 0.65f}}};

/// The picture behind the filter, and how many pixels are not what plain loops make of them.
std::pair<pixels, std::size_t> filtered(std::string const& name, pixels const& from, size of) {
  pixels result, plain;
  if (auto const glass = tints.find(name); glass != tints.end()) {
    result = samples::on_both_sides(
        name.c_str(), [&](auto where) { return tandem::parallel_map(where, from, glass->second); });
    std::transform(from.begin(), from.end(), std::back_inserter(plain), glass->second);
  } else {
    auto const& with = kernels.at(name); // std::out_of_range: there is no such filter
    result =
        samples::on_both_sides(name.c_str(), [&](auto where) { return convolved(where, from, of, with); });
    plain = convolved_by_loops(from, of, with);
  }
  return {result, std::inner_product(plain.begin(), plain.end(), result.begin(), std::size_t{0},
                                     std::plus<>{}, std::not_equal_to<>{})};
}

} // namespace

int main(int argc, char** argv) try {
  auto photo = samples::read_jpeg(argc > 1 ? argv[1] : samples::known_photograph);
  size const of{photo.width, photo.height};
  std::vector<std::string> names(argv + std::min(argc, 3), argv + argc);
  if (names.empty())
    names = {"blur", "sharpen", "sepia"};
  std::size_t differing = 0;
  for (auto const& name : names) {
    auto [next, wrong] = filtered(name, photo.pixels, of);
    photo.pixels = std::move(next);
    differing += wrong;
  }
  if (argc > 2)
    samples::png_writer::write(argv[2], of.width, of.height, photo.pixels);
  std::printf("%zu filters, %u × %u pixels, %zu differ from the plain loops: %s\n", names.size(), of.width,
              of.height, differing, differing == 0 ? "right" : "WRONG");
  return differing == 0 ? 0 : 1;
} catch (std::exception const& error) {
  std::cerr << error.what() << " (the filters are blur, sharpen, edges, emboss, grey and sepia)\n";
  return 1;
}
