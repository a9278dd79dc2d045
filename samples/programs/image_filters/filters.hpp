// What the filters do to one pixel, 0x00RRGGBB, on any processor: 3 × 3 kernels and colours.
#pragma once

#include <tandem/tandem.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace samples {

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
inline std::map<std::string, kernel> const kernels{
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

/// A grey picture, seen through coloured glass.
struct tint {
  float red, green, blue;
  auto operator()(auto p) const {
    auto const grey = 0.299f * channel(p, 16) + 0.587f * channel(p, 8) + 0.114f * channel(p, 0);
    return packed(grey * red, grey * green, grey * blue);
  }
};
inline std::map<std::string, tint> const tints{{"grey", {1, 1, 1}}, {"sepia", {1.07f, 0.86f, 0.65f}}};

} // namespace samples
