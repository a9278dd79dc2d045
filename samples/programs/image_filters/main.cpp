// Image filters on a photograph, one after the other as the command line says: 3 × 3 kernels (blur, sharpen,
// edges, emboss) and colours (grey, sepia). A filter is one lambda from a place or a pixel to a pixel,
// on any processor. Checked against plain loops over rows and columns.
//
//     image_filters [PHOTO.jpg [out.png [filter…]]]        default: blur sharpen sepia
#include "filters.hpp"

#include "../../support/both_sides.hpp"
#include "../../support/photograph.hpp"
#include "../../support/png.hpp"

#include <algorithm>
#include <functional>
#include <iostream>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>

namespace {

using samples::kernel;
using pixels = std::vector<std::uint32_t>; // 0x00RRGGBB, row after row
struct size {
  std::uint32_t width, height;
};

pixels convolved(auto where, pixels const& from, size of, kernel const& with) {
  pixels to(from.size());
  tandem::parallel_generate(
      where, to, of.width, of.height, [with, p = tandem::view2d(from, of.width, of.height)](auto x, auto y) {
        return samples::weighted(with, [&](int dx, int dy) { return p.clamped(x + dx, y + dy); });
      });
  return to;
}

pixels convolved_by_loops(pixels const& from, size of, kernel const& with) {
  pixels to;
  int const right = static_cast<int>(of.width) - 1, bottom = static_cast<int>(of.height) - 1;
  for (int y = 0; y <= bottom; ++y)
    for (int x = 0; x <= right; ++x)
      to.push_back(samples::weighted(with, [&](int dx, int dy) {
        auto const row = static_cast<std::size_t>(std::clamp(y + dy, 0, bottom));
        return from[row * of.width + static_cast<std::size_t>(std::clamp(x + dx, 0, right))];
      }));
  return to;
}

/// The picture behind the filter, and how many pixels are not what plain loops make of them.
std::pair<pixels, std::size_t> filtered(std::string const& name, pixels const& from, size of) {
  pixels result, plain;
  if (auto const glass = samples::tints.find(name); glass != samples::tints.end()) {
    result = samples::on_both_sides(
        name.c_str(), [&](auto where) { return tandem::parallel_map(where, from, glass->second); });
    std::transform(from.begin(), from.end(), std::back_inserter(plain), glass->second);
  } else {
    auto const& with = samples::kernels.at(name); // std::out_of_range: there is no such filter
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
