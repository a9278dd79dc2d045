#include <tandem/gpu/filter.hpp>

#include "chunks.hpp"
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
char const filter_text[] =
#include <tandem_shaders/traced/filter.glsl.inc>
    ;
char const find_text[] =
#include <tandem_shaders/traced/find.glsl.inc>
    ;

enum class pass : std::uint32_t { count, scatter, partition, find };

/// Calls of one predicate over one range.
class predicate_call {
 public:
  predicate_call(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                 std::size_t n)
      : owner_(where.engine()), traced_(site.match(recorded)), recorded_(recorded), in_(in) {
    function_info const& predicate = traced_.code().functions.at(0);
    if (in.count < n)
      throw std::invalid_argument("gpu::filter: an input of " + std::to_string(in.count) +
                                  " elements where " + std::to_string(n) + " are to be read");
    if (predicate.inputs.size() != 1 || predicate.inputs[0] != in.type || predicate.results.size() != 1 ||
        traced_.code().nodes[predicate.results[0]].type != scalar::boolean)
      throw std::invalid_argument(
          join({"gpu::filter: the predicate must take ", name_of(in.type), " and return bool"}));
    require_features(traced_.code(), owner_);
    require_loop_budget(80 + 16 * traced_.iterations(recorded), owner_);
  }

  engine& owner() const noexcept { return owner_; }

  /// Counts per tile become where each tile's kept elements go; counters[tiles] the number of all.
  void record_offsets(recorder& work, std::uint64_t from, std::size_t count, std::uint64_t counters) const {
    std::size_t const tiles = ceil_div(count, scan_tile);
    record(work, pass::count, from, count, counters, 0, 0, 0);
    work.barrier();
    record_counter_scan(work, owner_, counters, tiles + 1);
    work.barrier();
  }

  void record(recorder& work, pass what, std::uint64_t from, std::size_t count, std::uint64_t counters,
              std::uint64_t to, std::uint64_t to_rest, std::size_t base) const {
    for_dispatches(owner_, ceil_div(count, scan_tile), [&](std::size_t tile, std::size_t groups) {
      pass_members members;
      members.reference("in0", in_.type, from);
      members.reference(what == pass::find ? "found" : "offsets", scalar::uint32, counters);
      if (what == pass::scatter || what == pass::partition) {
        members.reference("to", in_.type, to);
        members.reference("rest", in_.type, to_rest);
      }
      members.word("n", count);
      members.word("first_tile", tile);
      members.word("base", base);
      dispatch_traced(work, owner_, traced_, recorded_, static_cast<std::uint32_t>(what), members, groups,
                      [&] { return text(what); });
    });
  }

 private:
  pass_text text(pass what) const {
    pass_text parts;
    parts.helpers = load_function("td_load0", in_.type, "in0");
    if (what == pass::find) {
      parts.body = find_text;
      return parts;
    }
    parts.helpers += prefix_text;
    parts.helpers += "void td_move(uint to, uint i) { push.to.e[to] = td_load0(i); }\n"
                     "void td_move_rest(uint to, uint i) { push.rest.e[to] = td_load0(i); }\n";
    if (what == pass::count) {
      parts.defines = "#define TD_COUNT\n";
      parts.helpers = load_function("td_load0", in_.type, "in0") + prefix_text;
    }
    if (what == pass::partition)
      parts.defines = "#define TD_PARTITION\n";
    parts.body = filter_text;
    return parts;
  }

  engine& owner_;
  shape& traced_;
  recording const& recorded_;
  operand const& in_;
};

void require_room(operand const& out, std::size_t kept) {
  if (out.count < kept)
    throw std::invalid_argument("gpu::filter: an output of " + std::to_string(out.count) +
                                " elements for at least " + std::to_string(kept) + " that are kept");
}

void require_not_bool(scalar type, engine const& owner) {
  if (type == scalar::boolean)
    throw unsupported_error("filtering and partitioning bool is not for GPUs", owner.info().name);
}

/// What one piece leaves behind: where its kept elements went, and how many they are.
struct piece {
  memory counters;
  memory kept; ///< empty when only counted, or when the output is on the device
  std::size_t count = 0;

  std::size_t total() const {
    std::uint32_t all = 0;
    counters.download(&all, 4, ceil_div(count, scan_tile) * 4);
    return all;
  }
};

piece new_piece(engine& owner, std::size_t count) {
  return {owner.allocate((ceil_div(count, scan_tile) + 1) * 4), {}, count};
}

std::size_t count_all(predicate_call const& call, operand const& in, std::size_t n) {
  std::size_t const chunk = chunk_elements(call.owner(), {&in, 1}, scan_tile, scan_tile);
  std::vector<piece> pieces;
  for (std::size_t first = 0; first < n; first += chunk)
    pieces.push_back(new_piece(call.owner(), std::min(chunk, n - first)));
  run_chunks(call.owner(), n, chunk, [&](recorder& work, std::size_t first, std::size_t count) {
    call.record_offsets(work, address_for_reading(work, in, first, count), count,
                        work.address(pieces[first / chunk].counters));
  });
  std::size_t total = 0;
  for (piece const& each : pieces)
    total += each.total();
  return total;
}

/// Filters one piece behind the `done` elements that are kept already; returns how many it adds.
std::size_t filter_piece(predicate_call const& call, operand const& in, operand const& out, std::size_t first,
                         std::size_t count, std::size_t done) {
  engine& owner = call.owner();
  std::size_t const size = size_of(in.type);
  piece here = new_piece(owner, count);
  recorder work = owner.record();
  std::uint64_t const from = address_for_reading(work, in, first, count);
  std::uint64_t const counters = work.address(here.counters);
  call.record_offsets(work, from, count, counters);
  std::uint64_t to = 0;
  if (out.resident != nullptr)
    to = work.address(*out.resident, out.offset_bytes + done * size);
  else {
    here.kept = owner.allocate(count * size);
    to = work.address(here.kept);
  }
  call.record(work, pass::scatter, from, count, counters, to, 0, 0);
  work.run();
  std::size_t const kept = here.total();
  if (out.resident == nullptr && kept > 0)
    here.kept.download(static_cast<std::byte*>(out.host) + done * size, kept * size);
  return kept;
}

} // namespace

std::size_t filter(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                   operand const& out, std::size_t n) {
  predicate_call const call(where, site, recorded, in, n);
  require_not_bool(in.type, call.owner());
  if (out.type != in.type)
    throw std::invalid_argument(
        join({"gpu::filter: an output of ", name_of(out.type), " for an input of ", name_of(in.type)}));
  if (out.count < n)
    require_room(out, count_all(call, in, n));
  operand const both[] = {in, out};
  std::size_t const chunk = chunk_elements(call.owner(), both, scan_tile, scan_tile);
  std::size_t done = 0;
  for (std::size_t first = 0; first < n; first += chunk)
    done += filter_piece(call, in, out, first, std::min(chunk, n - first), done);
  return done;
}

std::size_t partition(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                      operand const& out, std::size_t n) {
  predicate_call const call(where, site, recorded, in, n);
  engine& owner = call.owner();
  require_not_bool(in.type, owner);
  std::size_t const size = size_of(in.type);
  if (out.type != in.type || out.count < n)
    throw std::invalid_argument(
        "gpu::partition: the output must have the input's type and room for all elements");
  if (n == 0)
    return 0;
  require_one_piece(n, size, owner);
  piece here = new_piece(owner, n);
  {
    recorder work = owner.record();
    call.record_offsets(work, address_for_reading(work, in, 0, n), n, work.address(here.counters));
    work.run();
  }
  std::size_t const kept = here.total();
  recorder work = owner.record();
  std::uint64_t const to = address_for_writing(work, out, 0, n, host_write::when_complete);
  call.record(work, pass::partition, address_for_reading(work, in, 0, n), n, work.address(here.counters), to,
              to + kept * size, 0);
  work.run();
  return kept;
}

std::size_t count_if(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                     std::size_t n) {
  predicate_call const call(where, site, recorded, in, n);
  return count_all(call, in, n);
}

std::size_t find_if(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                    std::size_t n) {
  predicate_call const call(where, site, recorded, in, n);
  std::size_t const most = chunk_elements(call.owner(), {&in, 1}, scan_tile, scan_tile);
  std::size_t chunk = std::min<std::size_t>(most, std::size_t{1} << 16);
  memory const found = call.owner().allocate(4);
  for (std::size_t first = 0; first < n;) {
    std::size_t const count = std::min(chunk, n - first);
    recorder work = call.owner().record();
    work.fill(found, 0, 4, 0xffffffffu);
    work.barrier();
    call.record(work, pass::find, address_for_reading(work, in, first, count), count, work.address(found), 0,
                0, 0);
    work.run();
    std::uint32_t hit = 0;
    found.download(&hit, 4);
    if (hit != 0xffffffffu)
      return first + hit;
    first += count;
    chunk = std::min(most, chunk * 4);
  }
  return n;
}

} // namespace tandem::gpu
