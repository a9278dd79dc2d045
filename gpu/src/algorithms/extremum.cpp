#include <tandem/gpu/extremum.hpp>

#include "chunks.hpp"
#include "scan_passes.hpp"

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>

#include <stdexcept>

namespace tandem::gpu {
namespace {

using namespace detail;

char const extremum_text[] =
#include <tandem_shaders/traced/extremum.glsl.inc>
    ;

constexpr std::size_t extremum_tile = 16384;

/// td_code: words that order as the elements do, the smaller the better; NaN is all ones.
std::string coding_text(scalar type, bool largest) {
  bool const wide = size_of(type) == 8;
  std::string const top = wide ? "uvec2(0u, 0x80000000u)" : "0x80000000u";
  std::string text = "TD_K td_code(TD_K k) {\n";
  if (is_floating(type))
    text += wide ? "  if ((k.y & 0x7fffffffu) > 0x7ff00000u || ((k.y & 0x7fffffffu) == 0x7ff00000u && k.x != "
                   "0u))\n"
                   "    return uvec2(0xffffffffu);\n"
                   "  if (k.x == 0u && k.y == 0x80000000u) k.y = 0u;\n"
                   "  k = (k.y >> 31) != 0u ? ~k : k ^ uvec2(0u, 0x80000000u);\n"
                 : "  if ((k & 0x7fffffffu) > 0x7f800000u) return 0xffffffffu;\n"
                   "  if (k == 0x80000000u) k = 0u;\n"
                   "  k = (k >> 31) != 0u ? ~k : k ^ 0x80000000u;\n";
  else if (is_signed_integer(type))
    text += join({"  k ^= ", top, ";\n"});
  return join({text, largest ? "  return ~k;\n}\n" : "  return k;\n}\n"});
}

std::string text(scalar type, bool largest, bool coded) {
  bool const wide = size_of(type) == 8;
  return join(
      {"#version 460\n", extensions(false, false),
       wide ? "#define TD_WIDE\n#define TD_K uvec2\n" : "#define TD_K uint\n",
       coded ? "#define TD_CODED\n" : "",
       "layout(buffer_reference, std430, buffer_reference_align = ", wide ? "8" : "4",
       ") buffer td_codes { TD_K e[]; };\n"
       "layout(buffer_reference, std430, buffer_reference_align = 4) buffer td_indices { uint e[]; };\n"
       "layout(push_constant, std430) uniform td_push {\n  td_codes from;\n  td_indices from_index;\n"
       "  td_codes to;\n  td_indices to_index;\n  uint n;\n  uint first_tile;\n} push;\n",
       coded ? std::string() : coding_text(type, largest), extremum_text});
}

struct level {
  std::uint64_t codes, indices;
};

void dispatch(recorder& work, engine& owner, scalar type, bool largest, bool coded, level from, level to,
              std::size_t n) {
  static constinit kernel_list kernels;
  std::uint32_t const variant = static_cast<std::uint32_t>(type) * 4 + (largest ? 2 : 0) + (coded ? 1 : 0);
  pipeline const* const kernel =
      kernels.get(owner, variant, build::now, [&] { return text(type, largest, coded); });
  for_dispatches(owner, ceil_div(n, extremum_tile), [&](std::size_t tile, std::size_t groups) {
    push_block push;
    push.put(from.codes);
    push.put(from.indices);
    push.put(to.codes);
    push.put(to.indices);
    push.put(static_cast<std::uint32_t>(n));
    push.put(static_cast<std::uint32_t>(tile));
    work.dispatch(*kernel, push.data(), push.size(), static_cast<std::uint32_t>(groups));
  });
}

struct candidate {
  std::uint64_t code;
  std::size_t index;
};

candidate best_of_piece(engine& owner, operand const& in, std::size_t first, std::size_t count,
                        bool largest) {
  std::size_t const width = size_of(in.type);
  memory const code = owner.allocate(8);
  memory const index = owner.allocate(4);
  recorder work = owner.record();
  level from{address_for_reading(work, in, first, count), 0};
  bool coded = false;
  for (std::size_t n = count; !coded || n > 1; coded = true) {
    std::size_t const tiles = ceil_div(n, extremum_tile);
    level to{work.address(code), work.address(index)};
    if (tiles > 1)
      to = {work.address(work.scratch(tiles * width)), work.address(work.scratch(tiles * 4))};
    dispatch(work, owner, in.type, largest, coded, from, to, n);
    work.barrier();
    from = to;
    n = tiles;
  }
  work.run();
  std::uint64_t bits = 0;
  std::uint32_t at = 0;
  code.download(&bits, width);
  index.download(&at, 4);
  // A piece of nothing but NaN names no index that counts; its first one stands for it.
  return {bits, first + (at == 0xffffffffu ? 0 : at)};
}

std::size_t extremum(device const& where, operand const& in, std::size_t n, bool largest) {
  engine& owner = where.engine();
  if (n == 0 || in.count < n)
    throw std::invalid_argument("gpu::min_element: " + std::to_string(in.count) + " elements where " +
                                std::to_string(n) + " (at least one) are to be compared");
  if (in.type == scalar::boolean)
    throw unsupported_error("extrema of bool are not for GPUs", owner.info().name);
  std::size_t const chunk = chunk_elements(owner, {&in, 1}, extremum_tile, extremum_tile);
  candidate best{~std::uint64_t{0}, 0};
  for (std::size_t first = 0; first < n; first += chunk) {
    candidate const here = best_of_piece(owner, in, first, std::min(chunk, n - first), largest);
    if (first == 0 || here.code < best.code)
      best = here;
  }
  return best.index;
}

} // namespace

std::size_t min_element(device const& where, operand const& in, std::size_t n) {
  return extremum(where, in, n, false);
}
std::size_t max_element(device const& where, operand const& in, std::size_t n) {
  return extremum(where, in, n, true);
}

} // namespace tandem::gpu
