#include "selection.hpp"

#include "../tracing/expressions.hpp"

#include <tandem/gpu/error.hpp>

#include <cstring>
#include <memory>
#include <stdexcept>

namespace tandem::gpu::detail {
namespace {

char const prefix_text[] =
#include <tandem_shaders/traced/prefix.glsl.inc>
    ;
char const filter_text[] =
#include <tandem_shaders/traced/filter.glsl.inc>
    ;
char const find_text[] =
#include <tandem_shaders/traced/find.glsl.inc>
    ;
char const chained_text[] =
#include <tandem_shaders/traced/filter_chained.glsl.inc>
    ;

bool moves(select_pass what) {
  return what != select_pass::count && what != select_pass::find;
}

char const store_number[] = "void td_move(uint to, uint i) { push.to.e[to] = td_load0(i); }\n";

/// Narrow elements are parts of words that others fill too. What goes to one word is gathered before it is
/// added; td_flush() adds the last.
std::string store_narrow(scalar type) {
  packing const words(type);
  return join({"uint td_word = 0u;\nuint td_gathered = 0u;\nvoid td_flush() {\n  if (td_gathered != 0u)\n"
               "    atomicOr(push.to.e[td_word], td_gathered);\n  td_gathered = 0u;\n}\n"
               "void td_move(uint to, uint i) {\n  to += push.to_skew;\n  i += push.before + push.in0_skew;\n"
               "  uint bits = (push.in0.e[",
               words.word("i"), "] >> ", words.shift("i"), ") & ", size_of(type) == 1 ? "255u" : "65535u",
               ";\n  if (", words.word("to"), " != td_word) {\n    td_flush();\n    td_word = ",
               words.word("to"), ";\n  }\n  td_gathered |= bits << ", words.shift("to"), ";\n}\n"});
}

char const keep_by_predicate[] = "bool td_keep(uint i) { return fn0(td_load0(i)); }\n";
char const keep_if_different[] =
    "bool td_keep(uint i) {\n  if (i == 0u && push.before == 0u)\n    return true;\n"
    "  return !fn0(td_element0(i + push.before - 1u), td_load0(i));\n}\n";

} // namespace

selection::selection(engine& owner, kernel_site& site, recording const& recorded, scalar type, keep_test test)
    : owner_(owner), traced_(site.match(recorded)), recorded_(recorded), type_(type), test_(test) {
  function_info const& f = traced_.code().functions.at(0);
  bool const one = test == keep_test::predicate;
  if (f.inputs != std::vector<scalar>(one ? 1 : 2, computed(type)) || f.results.size() != 1 ||
      traced_.code().nodes[f.results[0]].type != scalar::boolean)
    throw std::invalid_argument(
        join({"gpu::filter: the ", one ? "predicate must take " : "test must take two ", name_of(type),
              " and return bool"}));
  require_features(traced_.code(), owner_);
  require_type(type, owner_);
  require_loop_budget(80 + 16 * traced_.iterations(recorded), owner_);
}

pass_members selection::members(select_pass what, piece const& in, std::uint64_t counters, std::uint64_t to,
                                std::size_t tile) const {
  pass_members all;
  all.reference("in0", type_, in.from);
  all.reference(what == select_pass::find ? "found" : "offsets", scalar::uint32, counters);
  if (moves(what))
    all.reference("to", type_, to);
  all.word("n", in.count);
  all.word("first_tile", tile);
  all.word("before", in.before);
  all.word("tiles", ceil_div(in.count, scan_tile));
  return all;
}

pass_text selection::text(select_pass what) const {
  pass_text parts;
  parts.helpers = load_function("td_element0", type_, "in0");
  parts.helpers += join({glsl_name(type_), " td_load0(uint i) { return td_element0(i + push.before); }\n",
                         test_ == keep_test::differs ? keep_if_different : keep_by_predicate});
  if (what == select_pass::find) {
    parts.body = find_text;
    return parts;
  }
  parts.helpers += prefix_text;
  if (moves(what))
    parts.helpers += narrow() ? store_narrow(type_) : store_number;
  parts.defines = what == select_pass::count       ? "#define TD_COUNT\n"
                  : what == select_pass::partition ? "#define TD_PARTITION\n"
                                                   : "";
  if (what == select_pass::chained) {
    parts.defines = "#define TD_T uint\n";
    parts.helpers += "uint td_op(uint a, uint b) { return a + b; }\n" + chain_text(scalar::uint32);
  }
  if (moves(what) && narrow())
    parts.defines += "#define TD_NARROW\n";
  parts.body = what == select_pass::chained ? chained_text : filter_text;
  return parts;
}

pass_members selection::chained_members(piece const& in, std::uint64_t to, std::uint64_t kept_count) const {
  pass_members all;
  all.reference("in0", type_, in.from);
  all.reference("kept_count", scalar::uint32, kept_count);
  all.reference("to", type_, to);
  all.word("n", in.count);
  all.word("before", in.before);
  return all;
}

void selection::record_chained(recorder& work, piece const& in, std::uint64_t to, std::uint64_t kept_count,
                               chain_state const& chain) const {
  pass_members all = chained_members(in, to, kept_count);
  chain.add_members(work, all);
  for_dispatches(owner_, ceil_div(in.count, scan_tile), [&](std::size_t, std::size_t groups) {
    dispatch_traced(work, owner_, traced_, recorded_, variant(select_pass::chained), all, groups,
                    [&] { return text(select_pass::chained); });
  });
}

bool selection::warm_chained(chained_setting const& how) const {
  pass_members all = chained_members({}, 0, 0);
  add_chain_members(all, 0, 0, how);
  return traced_kernel(owner_, traced_, variant(select_pass::chained), all, build::in_background,
                       [&] { return text(select_pass::chained); }) != nullptr;
}

void selection::record(recorder& work, select_pass what, piece const& in, std::uint64_t counters,
                       std::uint64_t to) const {
  for_dispatches(owner_, ceil_div(in.count, scan_tile), [&](std::size_t tile, std::size_t groups) {
    dispatch_traced(work, owner_, traced_, recorded_, variant(what), members(what, in, counters, to, tile),
                    groups, [&] { return text(what); });
  });
}

void selection::record_offsets(recorder& work, piece const& in, std::uint64_t counters) const {
  record(work, select_pass::count, in, counters, 0);
  work.barrier();
  record_counter_scan(work, owner_, counters, ceil_div(in.count, scan_tile) + 1);
  work.barrier();
}

bool selection::warm(std::initializer_list<select_pass> passes, std::size_t n) const {
  bool ready = true;
  bool counted = false;
  for (select_pass const what : passes) {
    counted |= what != select_pass::find;
    if (what == select_pass::scatter && !narrow())
      if (auto const how = chained_on(owner_))
        ready &= warm_chained(*how);
    ready &= traced_kernel(owner_, traced_, variant(what), members(what, {}, 0, 0, 0), build::in_background,
                           [&] { return text(what); }) != nullptr;
  }
  if (counted)
    ready &= warm_counter_scan(owner_, ceil_div(n, scan_tile) + 1);
  return ready;
}

memory room_for_kept(recorder& work, engine& owner, scalar type, std::size_t count) {
  std::size_t const bytes = (count * size_of(type) + 3) / 4 * 4;
  memory room = owner.allocate(bytes);
  if (size_of(type) < 4) {
    work.fill(room, 0, bytes, 0);
    work.barrier();
  }
  return room;
}

void copy_to_operand(engine& owner, memory const& from, std::size_t from_bytes, operand const& to,
                     std::size_t at_bytes, std::size_t bytes) {
  if (bytes == 0)
    return;
  if (to.resident == nullptr) {
    from.download(static_cast<std::byte*>(to.host) + at_bytes, bytes, from_bytes);
    return;
  }
  recorder copying = owner.record();
  copying.copy(from, from_bytes, *to.resident, to.offset_bytes + at_bytes, bytes);
  copying.run();
}

void replace_host(memory const& from, void* host, std::size_t bytes) {
  std::unique_ptr<std::byte[]> const copied(new std::byte[bytes]);
  from.download(copied.get(), bytes);
  std::memcpy(host, copied.get(), bytes);
}

} // namespace tandem::gpu::detail
