#include "radix_passes.hpp"

#include "merge_passes.hpp"
#include "scan_passes.hpp"

namespace tandem::gpu::detail {
namespace {

char const common_text[] =
#include <tandem_shaders/traced/radix_common.glsl.inc>
    ;
char const prefix_text[] =
#include <tandem_shaders/traced/prefix.glsl.inc>
    ;
char const narrow_text[] =
#include <tandem_shaders/traced/radix_narrow.glsl.inc>
    ;
char const ballots_text[] =
#include <tandem_shaders/traced/radix_wide.glsl.inc>
    ;
char const count_text[] =
#include <tandem_shaders/traced/radix_count.glsl.inc>
    ;
char const scatter_text[] =
#include <tandem_shaders/traced/radix_scatter.glsl.inc>
    ;
char const totals_text[] =
#include <tandem_shaders/traced/radix_totals.glsl.inc>
    ;
char const bases_text[] =
#include <tandem_shaders/traced/radix_bases.glsl.inc>
    ;
char const chained_text[] =
#include <tandem_shaders/traced/radix_chained.glsl.inc>
    ;
char const chained_main_text[] =
#include <tandem_shaders/traced/radix_chained_main.glsl.inc>
    ;

// What a pass does besides, beside the coding of keys: codes what it reads, decodes what it writes, takes
// places for values.
enum flags : std::uint32_t { flag_encode = 4, flag_decode = 8, flag_indices = 32 };

constexpr std::size_t keys_read_for_totals = 32; // by an invocation

bool scatters(radix_step what) {
  return what == radix_step::scatter || what == radix_step::chained;
}

} // namespace

radix_call::radix_call(engine& owner, std::size_t n, scalar type, std::size_t value_bytes, sort_order order,
                       chained_setting const& chained)
    : owner_(owner), n_(n), wide_(size_of(type) == 8), value_bytes_(value_bytes), chained_(chained),
      coding_(coding_of(type, order)) {
  choose_ranking();
  tiles_ = ceil_div(n, 256 * per_invocation_);
}

void radix_call::choose_ranking() {
  device_info const& info = owner_.info();
  bool const possible = info.features.subgroup_ballot && info.features.full_subgroups &&
                        info.limits.subgroup_size >= 8 && info.limits.subgroup_size <= 64;
  ranking const forced = forced_ranking();
  ballots_ = possible && (forced == ranking::by_device ? info.limits.subgroup_size >= 16 && !info.software()
                                                       : forced == ranking::wide);
  per_invocation_ = wide_ ? 8 : 16;
  while (per_invocation_ > 4 && shared_bytes(per_invocation_) > info.limits.shared_memory_bytes)
    per_invocation_ /= 2;
}

std::size_t radix_call::shared_bytes(std::size_t per_invocation) const noexcept {
  std::size_t const items = 256 * per_invocation * ((wide_ ? 8 : 4) + value_bytes_);
  std::size_t const ranks =
      ballots_ ? (256 / owner_.info().limits.subgroup_size + 1) / 2 * 1024 + 1088 : 8192 + 544;
  return items + ranks + 2048 + 16;
}

std::uint32_t radix_call::flags_of(std::uint32_t which, bool indices) const noexcept {
  return coding_ | (which == 0 ? flag_encode : 0U) | (which + 1 == passes() ? flag_decode : 0U) |
         (indices && which == 0 ? flag_indices : 0U);
}

void radix_call::record(recorder& work, radix_buffers const& at, std::uint64_t counts, std::uint32_t which,
                        bool indices) const {
  std::uint32_t const flags = flags_of(which, indices);
  dispatch(work, radix_step::count, at, {counts}, which, flags, tiles_);
  work.barrier();
  record_counter_scan(work, owner_, counts, 256 * tiles_);
  work.barrier();
  dispatch(work, radix_step::scatter, at, {counts}, which, flags, tiles_);
  work.barrier();
}

void radix_call::record_part(recorder& work, radix_step what, radix_buffers const& at, std::uint64_t counts,
                             std::uint32_t which, bool indices, std::size_t first_tile,
                             std::size_t tiles) const {
  dispatch(work, what, at, {counts}, which, flags_of(which, indices), tiles, first_tile);
}

void radix_call::record_bases(recorder& work, std::uint64_t keys, memory const& bases) const {
  work.fill(bases, 0, base_bytes());
  work.barrier();
  more_buffers const more{work.address(bases)};
  dispatch(work, radix_step::totals, {keys}, more, 0, flags_of(0, false),
           ceil_div(n_, 256 * keys_read_for_totals));
  work.barrier();
  dispatch(work, radix_step::bases, {keys}, more, 0, 0, passes());
  work.barrier();
}

void radix_call::record_chained(recorder& work, radix_buffers const& at, memory const& bases,
                                memory const& state, memory const& control, std::uint32_t which,
                                bool indices) const {
  work.fill(state, 0, state_bytes());
  work.barrier();
  dispatch(work, radix_step::chained, at, {work.address(bases), work.address(state), work.address(control)},
           which, flags_of(which, indices), tiles_);
  work.barrier();
}

pass_members radix_call::members(radix_step what, radix_buffers const& at, more_buffers const& more,
                                 std::uint32_t which, std::uint32_t flags, std::size_t first) const {
  pass_members all;
  all.words("keys_in", "td_keys_at", at.keys_in);
  all.reference("counts", scalar::uint32, more.counts);
  if (scatters(what))
    all.words("keys_out", "td_keys_at", at.keys_out);
  if (scatters(what) && value_bytes_ != 0) {
    all.words("values_in", "td_values_at", at.values_in);
    all.words("values_out", "td_values_at", at.values_out);
  }
  if (what == radix_step::chained) {
    all.reference("state", scalar::uint32, more.state);
    all.reference("control", scalar::uint32, more.control);
  }
  all.word("n", n_);
  all.word("first_tile", first);
  all.word("tiles", tiles_);
  all.word("shift", which * 8);
  all.word("flags", flags);
  if (what == radix_step::chained) {
    all.word("spin_limit", chained_.spin_limit);
    all.word("stuck_tile", chained_.stuck_tile);
  }
  return all;
}

pipeline const* radix_call::kernel(radix_step what, pass_members const& all, build how) const {
  static constinit kernel_list kernels;
  std::uint32_t const variant = static_cast<std::uint32_t>(what) | (wide_ ? 8U : 0U) | (ballots_ ? 16U : 0U) |
                                static_cast<std::uint32_t>(scatters(what) ? value_bytes_ : 0) << 5 |
                                static_cast<std::uint32_t>(per_invocation_) << 12;
  return plain_kernel(owner_, kernels, variant, all, how, [&] { return text(what); },
                      {.full_subgroups = ballots_ && scatters(what)});
}

void radix_call::dispatch(recorder& work, radix_step what, radix_buffers const& at, more_buffers const& more,
                          std::uint32_t which, std::uint32_t flags, std::size_t groups,
                          std::size_t begin) const {
  for_dispatches(owner_, groups, [&](std::size_t first, std::size_t count) {
    pass_members const all = members(what, at, more, which, flags, begin + first);
    push_block push;
    all.fill(push);
    work.dispatch(*kernel(what, all, build::now), push.data(), push.size(),
                  static_cast<std::uint32_t>(count));
  });
}

bool radix_call::warm(bool chained) const {
  bool ready = true;
  auto const start = [&](radix_step what) {
    ready &= kernel(what, members(what, {}, {}, 0, 0, 0), build::in_background) != nullptr;
  };
  if (chained) {
    start(radix_step::totals);
    start(radix_step::bases);
    start(radix_step::chained);
    return ready;
  }
  start(radix_step::count);
  start(radix_step::scatter);
  return warm_counter_scan(owner_, 256 * tiles_) && ready;
}

pass_text radix_call::text(radix_step what) const {
  bool const with_values = scatters(what) && value_bytes_ != 0;
  pass_text parts;
  if (ballots_ && scatters(what))
    parts.defines = join({"#extension GL_KHR_shader_subgroup_basic : require\n"
                          "#extension GL_KHR_shader_subgroup_ballot : require\n#define TD_S ",
                          std::to_string(owner_.info().limits.subgroup_size), "\n"});
  parts.defines += join(
      {"#define TD_K ", wide_ ? "uvec2" : "uint", "\n#define TD_E ", std::to_string(per_invocation_),
       "u\n#define TD_PASSES ", std::to_string(passes()), "u\n#define TD_READ ",
       std::to_string(keys_read_for_totals), "u\n", what == radix_step::chained ? "#define TD_CHAINED\n" : "",
       with_values ? (value_bytes_ == 8 ? "#define TD_V uvec2\n" : "#define TD_V uint\n") : "",
       word_reference("td_keys_at", wide_)});
  if (with_values)
    parts.defines += join({"layout(buffer_reference, std430, buffer_reference_align = 4) buffer "
                           "td_values_at { TD_V e[]; };\n"});
  parts.helpers = helpers(what);
  switch (what) {
  case radix_step::count:
    parts.body = count_text;
    break;
  case radix_step::scatter:
    parts.body = scatter_text;
    break;
  case radix_step::totals:
    parts.body = totals_text;
    break;
  case radix_step::bases:
    parts.body = bases_text;
    break;
  case radix_step::chained:
    parts.body = chained_main_text;
    break;
  }
  return parts;
}

/// td_key, td_put_key, td_digit and td_value over words. Coding and decoding are chosen by push.flags,
/// uniformly.
std::string radix_call::helpers(radix_step what) const {
  std::string text = key_coding_text(wide_) + common_text;
  text += "const TD_K TD_LAST_KEY = TD_K(0xffffffffu);\n"
          "TD_K td_key(uint i) { TD_K k = push.keys_in.e[i]; return (push.flags & 4u) != 0u ? td_encode(k) : "
          "k; }\n";
  text += wide_
              ? "uint td_digit_of(uvec2 k, uint shift) { return ((shift < 32u ? k.x : k.y) >> (shift & 31u)) "
                "& 255u; }\n"
              : "uint td_digit_of(uint k, uint shift) { return (k >> shift) & 255u; }\n";
  text += "uint td_digit(TD_K k) { return td_digit_of(k, push.shift); }\n";
  if (what == radix_step::bases)
    return text + prefix_text;
  if (!scatters(what))
    return text;
  text +=
      "void td_put_key(uint to, TD_K k) { push.keys_out.e[to] = (push.flags & 8u) != 0u ? td_decode(k) : k; "
      "}\nshared TD_K td_keys[td_tile];\n";
  if (value_bytes_ == 4)
    text += "uint td_value(uint i) { return (push.flags & 32u) != 0u ? i : push.values_in.e[i]; }\n";
  if (value_bytes_ == 8)
    text += "uvec2 td_value(uint i) { return push.values_in.e[i]; }\n";
  if (value_bytes_ != 0)
    text += "shared TD_V td_values[td_tile];\n";
  if (what == radix_step::chained)
    text += chained_text;
  if (ballots_)
    text += prefix_text;
  return text + (ballots_ ? ballots_text : narrow_text);
}

} // namespace tandem::gpu::detail
