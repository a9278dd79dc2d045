// k-means (Lloyd's algorithm) on the colours of a photograph: which of k colours is nearest to a pixel is one
// lambda over structs, with the colours as a captured table. The picture in eight colours is what comes out.
//
//     kmeans [photograph.jpg [file.png]]

#include "../support/both_sides.hpp"
#include "../support/photograph.hpp"
#include "../support/png.hpp"

#include <limits>

namespace {

struct colour {
  float r, g, b;
};
TANDEM_STRUCT(colour, r, g, b);

constexpr std::uint32_t k = 8;

/// The number of the nearest centre, the first of equals.
std::vector<std::uint32_t> nearest(auto where, std::vector<colour> const& pixels,
                                   std::vector<colour> const& centres) {
  std::vector<std::uint32_t> label(pixels.size());
  tandem::parallel_map(where, pixels, label, [c = tandem::view(centres)](auto p) {
    auto const best = tandem::repeat(k, std::tuple{0u, std::numeric_limits<float>::infinity()},
                                     [=](auto i, auto const& so_far) {
                                       auto const& [label_so_far, distance_so_far] = so_far;
                                       auto const centre = c[i];
                                       auto const dr = p.r - centre.r;
                                       auto const dg = p.g - centre.g;
                                       auto const db = p.b - centre.b;
                                       auto const distance = dr * dr + dg * dg + db * db;
                                       auto const nearer = distance < distance_so_far;
                                       return std::tuple{tandem::select(nearer, i, label_so_far),
                                                         tandem::select(nearer, distance, distance_so_far)};
                                     });
    return std::get<0>(best);
  });
  return label;
}

/// The means of the pixels of each label.
std::vector<colour> means(auto where, std::vector<colour> const& pixels,
                          std::vector<std::uint32_t> const& label) {
  std::vector<colour> centres(k);
  for (std::uint32_t i = 0; i < k; ++i) {
    auto const sum = [&](auto of) {
      return tandem::parallel_map_reduce(where, pixels, label, 0.0f, tandem::plus{}, of);
    };
    float const count = sum([i](auto, auto l) { return tandem::select(l == i, 1.0f, 0.0f); });
    if (count > 0)
      centres[i] = {sum([i](auto p, auto l) { return tandem::select(l == i, p.r, 0.0f); }) / count,
                    sum([i](auto p, auto l) { return tandem::select(l == i, p.g, 0.0f); }) / count,
                    sum([i](auto p, auto l) { return tandem::select(l == i, p.b, 0.0f); }) / count};
  }
  return centres;
}

std::uint32_t nearest_plain(colour p, std::vector<colour> const& centres) {
  std::uint32_t best = 0;
  float least = std::numeric_limits<float>::infinity();
  for (std::uint32_t i = 0; i < k; ++i) {
    float const dr = p.r - centres[i].r, dg = p.g - centres[i].g, db = p.b - centres[i].b;
    float const distance = dr * dr + dg * dg + db * db;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

} // namespace

int main(int argc, char** argv) {
  auto const photo = samples::read_jpeg(argc > 1 ? argv[1] : samples::known_photograph);
  auto const pixels = tandem::parallel_map(photo.pixels, [](auto rgb) {
    auto const channel = [&](int shift) { return tandem::cast<float>((rgb >> shift) & 255u); };
    return tandem::make<colour>(channel(16), channel(8), channel(0));
  });
  std::vector<colour> start;
  for (std::uint32_t i = 0; i < k; ++i)
    start.push_back(pixels[pixels.size() / k * i + 97]);
  auto const centres = samples::on_both_sides("eight colours after six rounds", [&](auto where) {
    auto now = start;
    for (int round = 0; round < 6; ++round)
      now = means(where, pixels, nearest(where, pixels, now));
    return now;
  });
  auto const label = samples::on_both_sides("the pixels' colours",
                                            [&](auto where) { return nearest(where, pixels, centres); });
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < pixels.size(); ++i)
    wrong += label[i] != nearest_plain(pixels[i], centres);
  std::printf("%zu pixels, %zu differ from the plain loop: %s\n", pixels.size(), wrong,
              wrong == 0 ? "right" : "WRONG");
  if (argc > 2) {
    auto const picture = tandem::parallel_map(label, [c = tandem::view(centres)](auto l) {
      auto const colour_of = c[l];
      auto const level = [](auto x) { return tandem::cast<std::uint32_t>(tandem::round(x)); };
      return (level(colour_of.r) << 16) | (level(colour_of.g) << 8) | level(colour_of.b);
    });
    samples::png_writer::write(argv[2], photo.width, photo.height, picture);
    std::printf("written: %s\n", argv[2]);
  }
}
