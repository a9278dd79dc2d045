#include "merge_passes.hpp"

#include "scan_passes.hpp"

#include "../tracing/text.hpp"

#include <tandem/gpu/error.hpp>

#include <stdexcept>

namespace tandem::gpu::detail {
namespace {

char const path_text[] =
#include <tandem_shaders/traced/merge_path.glsl.inc>
    ;
char const tile_text[] =
#include <tandem_shaders/traced/merge_tile.glsl.inc>
    ;
char const runs_text[] =
#include <tandem_shaders/traced/merge_runs.glsl.inc>
    ;
char const split_text[] =
#include <tandem_shaders/traced/merge_split.glsl.inc>
    ;
char const repair_text[] =
#include <tandem_shaders/traced/merge_repair.glsl.inc>
    ;
char const pass_body[] =
#include <tandem_shaders/traced/merge_pass.glsl.inc>
    ;
char const less_text[] =
#include <tandem_shaders/traced/merge_less.glsl.inc>
    ;

char const words_less[] =
    "bool td_less(TD_T a, TD_T b) {\n  TD_T x = td_encode(a);\n  TD_T y = td_encode(b);\n";

} // namespace

std::uint32_t coding_of(scalar type, sort_order order) noexcept {
  std::uint32_t const coding = is_floating(type)         ? coding_float
                               : is_signed_integer(type) ? coding_signed
                                                         : coding_unsigned;
  return coding | (order == sort_order::descending ? coding_descending : 0U);
}

std::string key_coding_text(bool wide) {
  std::string const top = wide ? "uvec2(0u, 0x80000000u)" : "0x80000000u";
  std::string const ones = wide ? "uvec2(0xffffffffu)" : "0xffffffffu";
  std::string const type = wide ? "uvec2" : "uint";
  return join({"uint td_top(",
               type,
               " k) { return k",
               wide ? ".y" : "",
               "; }\n",
               type,
               " td_encode(",
               type,
               " k) {\n"
               "  uint coding = push.flags & 3u;\n"
               "  if (coding == 1u) k ^= ",
               top,
               ";\n"
               "  if (coding == 2u) k ^= (td_top(k) >> 31) != 0u ? ",
               ones,
               " : ",
               top,
               ";\n"
               "  return (push.flags & 16u) != 0u ? ~k : k;\n}\n",
               type,
               " td_decode(",
               type,
               " k) {\n"
               "  if ((push.flags & 16u) != 0u) k = ~k;\n"
               "  uint coding = push.flags & 3u;\n"
               "  if (coding == 1u) k ^= ",
               top,
               ";\n"
               "  if (coding == 2u) k ^= (td_top(k) >> 31) != 0u ? ",
               top,
               " : ",
               ones,
               ";\n"
               "  return k;\n}\n"});
}

std::string word_reference(char const* name, bool wide) {
  return join({"layout(buffer_reference, std430, buffer_reference_align = ", wide ? "8" : "4", ") buffer ",
               name, " { ", wide ? "uvec2" : "uint", " e[]; };\n"});
}

merge_order::merge_order(engine& owner, kernel_site& site, recording const& recorded, scalar type)
    : owner_(owner), traced_(&site.match(recorded)), recorded_(&recorded), type_(type),
      per_invocation_(size_of(type) == 8 ? 8 : 16) {
  function_info const& less = traced_->code().functions.at(0);
  if (less.inputs.size() != 2 || less.inputs[0] != type || less.inputs[1] != type ||
      less.results.size() != 1 || traced_->code().nodes[less.results[0]].type != scalar::boolean)
    throw std::invalid_argument(
        join({"gpu::merge: the comparator must take two ", name_of(type), " and return bool"}));
  if (type == scalar::boolean)
    throw unsupported_error("sorting bool is not for GPUs", owner.info().name);
  require_features(traced_->code(), owner);
  require_type(type, owner);
  // Exchanges within an invocation's elements, then eight rounds of searching and merging in a tile.
  require_loop_budget(2400 + 350 * traced_->iterations(recorded), owner);
}

merge_order::merge_order(engine& owner, scalar type, sort_order order, std::size_t value_bytes)
    : owner_(owner), type_(type), value_bytes_(value_bytes),
      per_invocation_(size_of(type) == 8 || value_bytes != 0 ? 8 : 16), coding_(coding_of(type, order)) {
  if (type == scalar::boolean)
    throw unsupported_error("sorting bool is not for GPUs", owner.info().name);
}

std::size_t merge_order::most() const noexcept {
  std::uint64_t const allocation_bytes = owner_.limits().max_memory_bytes;
  std::uint64_t const device_bytes = owner_.info().device_memory_bytes;
  std::size_t most = std::size_t{1} << 30;
  if (allocation_bytes != 0)
    most = std::min<std::size_t>(most, allocation_bytes / std::max(key_bytes(), value_bytes_));
  if (device_bytes != 0) // everything twice, counters, and room for others
    most = std::min<std::size_t>(most, device_bytes / 4 / (key_bytes() + value_bytes_));
  return std::max<std::size_t>(most, 1);
}

pass_text merge_order::text(merge_step what) const {
  bool const wide = key_bytes() == 8;
  pass_text parts;
  char const* const element = traced_ != nullptr ? glsl_name(type_) : wide ? "uvec2" : "uint";
  parts.defines = join({"#define TD_T ", element, "\n#define TD_E ", std::to_string(per_invocation_), "u\n",
                        value_bytes_ == 0   ? ""
                        : value_bytes_ == 8 ? "#define TD_V uvec2\n"
                                            : "#define TD_V uint\n"});
  if (traced_ == nullptr) {
    parts.defines += word_reference("td_keys_at", wide);
    parts.defines += word_reference("td_values_at", value_bytes_ == 8);
    parts.helpers = key_coding_text(wide) + words_less +
                    (wide ? "  return x.y < y.y || (x.y == y.y && x.x < y.x);\n}\n" : "  return x < y;\n}\n");
  } else if (what != merge_step::repair) {
    parts.helpers = "bool td_less(TD_T a, TD_T b) { return fn0(a, b); }\n";
  }
  if (what == merge_step::tile || what == merge_step::pass)
    parts.helpers += path_text;
  if (what != merge_step::tile)
    parts.helpers += runs_text;
  switch (what) {
  case merge_step::tile:
    parts.body = tile_text;
    break;
  case merge_step::split:
    parts.body = split_text;
    break;
  case merge_step::repair:
    parts.body = repair_text;
    break;
  case merge_step::pass:
    parts.body = pass_body;
    break;
  case merge_step::less:
    parts.body = less_text;
    break;
  }
  return parts;
}

pass_members merge_order::members(merge_step what, merge_buffers const& at, numbers const& given,
                                  std::size_t first) const {
  pass_members all;
  auto const keys = [&](char const* name, std::uint64_t address) {
    if (traced_ != nullptr)
      all.reference(name, type_, address);
    else
      all.words(name, "td_keys_at", address);
  };
  keys("a", at.a);
  keys("b", at.b);
  keys("to", at.to);
  if (value_bytes_ != 0) {
    all.words("values_a", "td_values_at", at.values_a);
    all.words("values_b", "td_values_at", at.values_b);
    all.words("values_to", "td_values_at", at.values_to);
  }
  if (what != merge_step::tile)
    all.reference("splits", scalar::uint32, at.splits);
  all.word("n", given.n);
  all.word("width", given.width);
  all.word("a_count", given.a_count);
  all.word("tiles", given.tiles);
  all.word("first", first);
  all.word("flags", coding_);
  return all;
}

pipeline const* merge_order::plain(merge_step what, pass_members const& all, build how) const {
  static constinit kernel_list kernels;
  std::uint32_t const variant = static_cast<std::uint32_t>(what) | (key_bytes() == 8 ? 8U : 0U) |
                                static_cast<std::uint32_t>(value_bytes_) << 4;
  return plain_kernel(owner_, kernels, variant, all, how, [&] { return text(what); });
}

void merge_order::launch(recorder& work, merge_step what, merge_buffers const& at, numbers const& given,
                         std::size_t groups) const {
  for_dispatches(owner_, groups, [&](std::size_t first, std::size_t count) {
    pass_members const all = members(what, at, given, first);
    if (traced_ != nullptr)
      return dispatch_traced(work, owner_, *traced_, *recorded_, static_cast<std::uint32_t>(what), all, count,
                             [&] { return text(what); });
    push_block push;
    all.fill(push);
    work.dispatch(*plain(what, all, build::now), push.data(), push.size(), static_cast<std::uint32_t>(count));
  });
}

bool merge_order::warm(std::initializer_list<merge_step> steps) const {
  bool ready = true;
  for (merge_step const what : steps) {
    pass_members const all = members(what, {}, {}, 0);
    ready &= (traced_ != nullptr ? traced_kernel(owner_, *traced_, static_cast<std::uint32_t>(what), all,
                                                 build::in_background, [&] { return text(what); })
                                 : plain(what, all, build::in_background)) != nullptr;
  }
  return ready;
}

void merge_order::record_tiles(recorder& work, merge_buffers const& at, std::size_t n) const {
  launch(work, merge_step::tile, at, {n, 0, 0, 0}, ceil_div(n, tile()));
}

void merge_order::record_merge(recorder& work, memory const& splits, merge_buffers at, std::size_t n,
                               std::size_t width, std::size_t a_count) const {
  std::size_t const tiles = ceil_div(n, tile());
  at.splits = work.address(splits);
  work.fill(splits, tiles * 4, 4);
  work.barrier();
  numbers const given{n, width, a_count, tiles};
  launch(work, merge_step::split, at, given, ceil_div(tiles, 255));
  work.barrier();
  launch(work, merge_step::repair, at, given, 1);
  work.barrier();
  launch(work, merge_step::pass, at, given, tiles);
  work.barrier();
}

void merge_order::record_less(recorder& work, std::uint64_t a, std::uint64_t b, std::uint64_t result) const {
  merge_buffers at;
  at.a = a;
  at.b = b;
  at.splits = result;
  launch(work, merge_step::less, at, {}, 1);
}

} // namespace tandem::gpu::detail
