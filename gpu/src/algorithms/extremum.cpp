#include <tandem/gpu/extremum.hpp>

#include "chunks.hpp"
#include "scan_passes.hpp"

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>

#include <stdexcept>
#include <utility>

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

pipeline const* kernel(engine& owner, scalar type, bool largest, bool coded, build how) {
  static constinit kernel_list kernels;
  std::uint32_t const variant = static_cast<std::uint32_t>(type) * 4 + (largest ? 2 : 0) + (coded ? 1 : 0);
  return kernels.get(owner, variant, how, [&] { return text(type, largest, coded); });
}

void dispatch(recorder& work, engine& owner, scalar type, bool largest, bool coded, level from, level to,
              std::size_t n) {
  pipeline const* const found = kernel(owner, type, largest, coded, build::now);
  for_dispatches(owner, ceil_div(n, extremum_tile), [&](std::size_t tile, std::size_t groups) {
    push_block push;
    push.put(from.codes);
    push.put(from.indices);
    push.put(to.codes);
    push.put(to.indices);
    push.put(static_cast<std::uint32_t>(n));
    push.put(static_cast<std::uint32_t>(tile));
    work.dispatch(*found, push.data(), push.size(), static_cast<std::uint32_t>(groups));
  });
}

/// Records the search of one piece of `count` elements at `from`, ending in one code and index at `result`.
void record_search(recorder& work, engine& owner, scalar type, bool largest, std::uint64_t from,
                   std::size_t count, level result) {
  level source{from, 0};
  bool coded = false;
  for (std::size_t n = count; !coded || n > 1; coded = true) {
    std::size_t const tiles = ceil_div(n, extremum_tile);
    level to = result;
    if (tiles > 1)
      to = {work.address(work.scratch(tiles * size_of(type))), work.address(work.scratch(tiles * 4))};
    dispatch(work, owner, type, largest, coded, source, to, n);
    work.barrier();
    source = to;
    n = tiles;
  }
}

/// The best element of each piece, for one direction.
class search {
 public:
  search(engine& owner, scalar type, bool largest, std::size_t pieces)
      : owner_(owner), type_(type), largest_(largest), pieces_(pieces), codes_(owner.allocate(pieces * 8)),
        indices_(owner.allocate(pieces * 4)) {}

  void record(recorder& work, std::uint64_t from, std::size_t count, std::size_t piece) const {
    record_search(work, owner_, type_, largest_, from, count,
                  {work.address(codes_, piece * 8), work.address(indices_, piece * 4)});
  }

  /// Its place among all elements. A piece of nothing but NaN has no index; its code is the worst there is.
  std::size_t best(std::size_t chunk) const {
    std::vector<std::uint64_t> codes(pieces_);
    std::vector<std::uint32_t> indices(pieces_);
    codes_.download(codes.data(), pieces_ * 8);
    indices_.download(indices.data(), pieces_ * 4);
    std::size_t best = pieces_;
    auto const code = [&](std::size_t i) { return size_of(type_) == 8 ? codes[i] : codes[i] & 0xffffffffu; };
    for (std::size_t i = 0; i < pieces_; ++i)
      if (indices[i] != 0xffffffffu && (best == pieces_ || code(i) < code(best)))
        best = i;
    return best == pieces_ ? 0 : best * chunk + indices[best];
  }

 private:
  engine& owner_;
  scalar type_;
  bool largest_;
  std::size_t pieces_;
  memory codes_;
  memory indices_;
};

/// Both directions look at a piece while it is there.
std::pair<std::size_t, std::size_t> extrema(device const& where, operand const& in, std::size_t n, bool least,
                                            bool greatest) {
  engine& owner = where.engine();
  if (n == 0 || in.count < n)
    throw std::invalid_argument("gpu::min_element: " + std::to_string(in.count) + " elements where " +
                                std::to_string(n) + " (at least one) are to be compared");
  if (in.type == scalar::boolean)
    throw unsupported_error("extrema of bool are not for GPUs", owner.info().name);
  std::size_t const chunk = chunk_elements(owner, {&in, 1}, extremum_tile, extremum_tile);
  std::size_t const pieces = ceil_div(n, chunk);
  search const low(owner, in.type, false, pieces);
  search const high(owner, in.type, true, pieces);
  run_chunks(owner, n, chunk, [&](recorder& work, std::size_t first, std::size_t count) {
    std::uint64_t const from = address_for_reading(work, in, first, count);
    if (least)
      low.record(work, from, count, first / chunk);
    if (greatest)
      high.record(work, from, count, first / chunk);
  });
  return {least ? low.best(chunk) : 0, greatest ? high.best(chunk) : 0};
}

} // namespace

std::size_t min_element(device const& where, operand const& in, std::size_t n) {
  return extrema(where, in, n, true, false).first;
}
std::size_t max_element(device const& where, operand const& in, std::size_t n) {
  return extrema(where, in, n, false, true).second;
}
std::pair<std::size_t, std::size_t> minmax_element(device const& where, operand const& in, std::size_t n) {
  return extrema(where, in, n, true, true);
}

bool warm_extrema(device const& where, scalar type, std::size_t n, bool least, bool greatest) {
  bool ready = true;
  for (bool const largest : {false, true})
    for (bool const coded : {false, true})
      if ((largest ? greatest : least) && (!coded || n > extremum_tile))
        ready &= kernel(where.engine(), type, largest, coded, build::in_background) != nullptr;
  return ready;
}

} // namespace tandem::gpu
