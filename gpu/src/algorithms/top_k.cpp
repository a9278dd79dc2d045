#include <tandem/gpu/top_k.hpp>

#include "chunks.hpp"
#include "merge_passes.hpp"
#include "scan_passes.hpp"

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>

#include <cstring>
#include <stdexcept>

namespace tandem::gpu {
namespace {

using namespace detail;

char const prefix_text[] =
#include <tandem_shaders/traced/prefix.glsl.inc>
    ;
char const top_k_text[] =
#include <tandem_shaders/traced/top_k.glsl.inc>
    ;

constexpr std::size_t digit_bits = 11;
constexpr std::size_t state_words = 4 + (std::size_t{1} << digit_bits);
constexpr std::size_t least_rows = 64;
constexpr std::size_t most_rows = 4096;
constexpr std::size_t enough_groups = 2048;

enum class pass : std::uint32_t { count, pick, collect };

/// Everything that one dispatch reads; the same block for all three kernels.
struct select_push {
  std::uint64_t from, to, state;
  std::uint32_t n, first_tile, rows, k;
  std::uint32_t shift, digit_mask, mask_low, mask_high;
  std::uint32_t flags, padding;
};

/// The kernels for elements of 4 or of 8 bytes. How they are coded is data, so that all types share them.
pipeline const* select_kernel(engine& owner, bool wide, pass what, build how) {
  static constinit kernel_list kernels;
  return kernels.get(owner, (wide ? 3 : 0) + static_cast<std::uint32_t>(what), how, [&] {
    return join(
        {"#version 460\n", extensions(false, false),
         wide ? "#define TD_WIDE\n#define TD_K uvec2\n" : "#define TD_K uint\n",
         what == pass::count  ? "#define TD_COUNT\n"
         : what == pass::pick ? "#define TD_PICK\n"
                              : "",
         word_reference("td_elements", wide), word_reference("td_words", false),
         "layout(push_constant, std430) uniform td_push {\n  td_elements from;\n  td_elements to;\n"
         "  td_words state;\n  uint n;\n  uint first_tile;\n  uint rows;\n  uint k;\n  uint shift;\n"
         "  uint digit_mask;\n  uint mask_low;\n  uint mask_high;\n  uint flags;\n  uint padding;\n} push;\n",
         key_coding_text(wide), what == pass::count ? std::string_view() : prefix_text, top_k_text});
  });
}

/// Words whose unsigned order is that of a sort, the best greatest.
std::uint32_t best_first(scalar type, sort_order order) {
  return coding_of(type, order == sort_order::descending ? sort_order::ascending : sort_order::descending);
}

/// The k best of one piece, k ≤ count: selected, then sorted, in device memory.
memory best_of_piece(device const& where, operand const& in, std::size_t first, std::size_t count,
                     std::size_t k, sort_order order) {
  engine& owner = where.engine();
  bool const wide = size_of(in.type) == 8;
  std::size_t const bits = 8 * size_of(in.type);
  memory best = owner.allocate(k * size_of(in.type));
  recorder work = owner.record();
  memory const state = work.scratch(state_words * 4);
  work.fill(state, 0, state_words * 4, 0);
  work.fill(state, 8, 4, static_cast<std::uint32_t>(k));
  work.barrier();
  select_push push{};
  push.from = address_for_reading(work, in, first, count);
  push.to = work.address(best);
  push.state = work.address(state);
  push.n = static_cast<std::uint32_t>(count);
  push.k = static_cast<std::uint32_t>(k);
  push.flags = best_first(in.type, order);
  std::size_t const rows = std::clamp(count / (256 * enough_groups), least_rows, most_rows);
  push.rows = static_cast<std::uint32_t>(rows);
  auto const dispatch = [&](pass what, std::size_t tiles) {
    for_dispatches(owner, tiles, [&](std::size_t tile, std::size_t groups) {
      push.first_tile = static_cast<std::uint32_t>(tile);
      work.dispatch(*select_kernel(owner, wide, what, build::now), push, static_cast<std::uint32_t>(groups));
    });
    work.barrier();
  };
  for (std::size_t known = 0; known < bits;) { // bits from the top
    std::size_t const digit = std::min(digit_bits, bits - known);
    std::uint64_t const mask = known == 0 ? 0 : ~std::uint64_t{0} << (bits - known);
    push.shift = static_cast<std::uint32_t>(bits - known - digit);
    push.digit_mask = (1u << digit) - 1;
    push.mask_low = static_cast<std::uint32_t>(mask);
    push.mask_high = static_cast<std::uint32_t>(mask >> 32);
    dispatch(pass::count, ceil_div(count, rows * 256));
    dispatch(pass::pick, 1);
    known += digit;
  }
  dispatch(pass::collect, ceil_div(count, scan_tile));
  work.run();
  radix_sort(where, {nullptr, &best, k, in.type, 0}, k, order);
  return best;
}

/// The same words as unsigned numbers, the best greatest.
template <class Word>
Word coded(Word bits, scalar type, sort_order order) {
  constexpr Word top = Word{1} << (8 * sizeof(Word) - 1);
  if (is_floating(type))
    bits = (bits & top) != 0 ? static_cast<Word>(~bits) : bits ^ top;
  else if (is_signed_integer(type))
    bits ^= top;
  return order == sort_order::descending ? bits : static_cast<Word>(~bits);
}

/// best and more, each in order, become the k first of both.
template <class Word>
void merge_best(std::vector<Word>& best, std::vector<Word> const& more, std::size_t k, scalar type,
                sort_order order) {
  std::vector<Word> merged(best.size() + more.size());
  std::merge(best.begin(), best.end(), more.begin(), more.end(), merged.begin(),
             [&](Word a, Word b) { return coded(a, type, order) > coded(b, type, order); });
  merged.resize(std::min(k, merged.size()));
  best.swap(merged);
}

template <class Word>
void top_k_in_pieces(device const& where, operand const& in, std::size_t n, std::size_t k, std::size_t chunk,
                     sort_order order, void* to) {
  std::vector<Word> best;
  for (std::size_t first = 0; first < n; first += chunk) {
    std::size_t const count = std::min(chunk, n - first);
    std::vector<Word> here(std::min(k, count));
    best_of_piece(where, in, first, count, here.size(), order)
        .download(here.data(), here.size() * sizeof(Word));
    merge_best(best, here, k, in.type, order);
  }
  std::memcpy(to, best.data(), k * sizeof(Word));
}

} // namespace

void top_k(device const& where, operand const& in, std::size_t n, std::size_t k, sort_order order,
           void* best) {
  engine& owner = where.engine();
  if (in.count < n || k > n)
    throw std::invalid_argument("gpu::top_k: " + std::to_string(in.count) + " elements where the first " +
                                std::to_string(k) + " of " + std::to_string(n) + " are asked for");
  if (in.type == scalar::boolean)
    throw unsupported_error("ordering bool is not for GPUs", owner.info().name);
  if (k == 0)
    return;
  std::size_t const chunk = chunk_elements(owner, {&in, 1}, scan_tile, scan_tile);
  if (n <= chunk)
    best_of_piece(where, in, 0, n, k, order).download(best, k * size_of(in.type));
  else if (size_of(in.type) == 4)
    top_k_in_pieces<std::uint32_t>(where, in, n, k, chunk, order, best);
  else
    top_k_in_pieces<std::uint64_t>(where, in, n, k, chunk, order, best);
}

bool warm_top_k(device const& where, scalar type, sort_order, std::size_t k) {
  bool ready = warm_radix_sort(where, type, 0, k);
  for (pass const what : {pass::count, pass::pick, pass::collect})
    ready &= select_kernel(where.engine(), size_of(type) == 8, what, build::in_background) != nullptr;
  return ready;
}

} // namespace tandem::gpu
