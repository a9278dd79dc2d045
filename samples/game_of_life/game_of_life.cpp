// Conway's game of life on a torus: a stencil through a captured table. The R-pentomino is known to have 116
// cells when it settles after 1,103 generations, and that is what comes out.
//
//     game_of_life [file.png]

#include "../support/both_sides.hpp"
#include "../support/png.hpp"

namespace {

constexpr std::int32_t side = 512; // the gliders that leave come round, and meet nobody

std::vector<std::int32_t> next(auto where, std::vector<std::int32_t> const& cells) {
  std::vector<std::int32_t> out(cells.size());
  tandem::parallel_generate(where, out, [old = tandem::view(cells)](auto index) {
    auto const i = tandem::cast<std::int32_t>(index);
    auto const x = i % side;
    auto const y = i / side;
    auto const at = [&](int dx, int dy) {
      return old[((y + dy) & (side - 1)) * side + ((x + dx) & (side - 1))];
    };
    auto const around =
        at(-1, -1) + at(0, -1) + at(1, -1) + at(-1, 0) + at(1, 0) + at(-1, 1) + at(0, 1) + at(1, 1);
    return tandem::select(around == 3 || (around == 2 && old[i] == 1), 1, 0);
  });
  return out;
}

} // namespace

int main(int argc, char** argv) {
  std::vector<std::int32_t> start(std::size_t{side} * side);
  for (auto [x, y] : {std::pair{1, 0}, {2, 0}, {0, 1}, {1, 1}, {1, 2}})
    start[static_cast<std::size_t>((side / 2 + y) * side + side / 2 + x)] = 1;
  samples::on_both_sides("three generations", [&](auto where) {
    auto cells = start;
    for (int i = 0; i < 3; ++i)
      cells = next(where, cells);
    return cells;
  });
  auto cells = start;
  for (int i = 0; i < 1103; ++i)
    cells = next(tandem::on_cpu, cells);
  auto const alive = tandem::parallel_reduce(cells, 0, tandem::plus{});
  std::printf("after 1,103 generations %d cells live: %s\n", alive, alive == 116 ? "right" : "WRONG");
  if (argc > 1) {
    auto const pixels =
        tandem::parallel_map(cells, [](auto c) { return tandem::cast<std::uint32_t>(c) * 0xe8b04bu; });
    samples::png_writer::write(argv[1], side, side, pixels);
  }
}
