#include <tandem/gpu/reduce_by_key.hpp>

#include "selection.hpp"

#include <tandem/gpu/error.hpp>

#include <cstring>
#include <stdexcept>
#include <utility>

namespace tandem::gpu {
namespace {

using namespace detail;

char const prefix_text[] =
#include <tandem_shaders/traced/prefix.glsl.inc>
    ;
char const runs_text[] =
#include <tandem_shaders/traced/runs.glsl.inc>
    ;
char const tile_text[] =
#include <tandem_shaders/traced/reduce_by_key.glsl.inc>
    ;
char const join_text[] =
#include <tandem_shaders/traced/join_runs.glsl.inc>
    ;

constexpr std::size_t fan = 16; // nodes that one node of the next level joins

enum class pass : std::uint32_t { tiles = 16, join = 17 }; // beside those of a selection

/// What is left over of some consecutive elements: see runs.glsl.
struct level {
  std::uint64_t heads = 0, tails = 0, flags = 0;
};

/// The same on the host, of a whole piece.
struct remainder {
  std::uint64_t head = 0, tail = 0;
  std::uint32_t flags = 0;
  bool has_head() const noexcept { return (flags & 2u) != 0; }
  bool has_tail() const noexcept { return (flags & 1u) != 0; }
};

/// Where one piece is on the device.
struct piece_addresses {
  selection::piece keys;
  std::uint64_t values = 0, keys_out = 0, values_out = 0, offsets = 0;
};

class by_key_call {
 public:
  by_key_call(engine& owner, kernel_site& site, recording const& recorded)
      : owner_(owner), traced_(site.match(recorded)), recorded_(recorded),
        keys_(traced_.code().functions.at(0).inputs.at(0)),
        values_(traced_.code().functions.at(1).inputs.at(0)),
        boundaries_(owner, site, recorded, keys_, keep_test::differs) {
    function_info const& op = traced_.code().functions.at(1);
    if (op.inputs != std::vector<scalar>(2, values_) || op.results.size() != 1 ||
        traced_.code().nodes[op.results[0]].type != values_)
      throw std::invalid_argument("gpu::reduce_by_key: the operation must return the type of its arguments");
    if (keys_ == scalar::boolean || values_ == scalar::boolean)
      throw unsupported_error("reductions of bool by key are not for GPUs", owner.info().name);
    require_type(values_, owner);
    require_loop_budget(128 + 64 * traced_.iterations(recorded), owner);
  }

  engine& owner() const noexcept { return owner_; }
  selection const& boundaries() const noexcept { return boundaries_; }
  scalar keys() const noexcept { return keys_; }
  scalar values() const noexcept { return values_; }

  bool warm(std::size_t n) const {
    bool ready = boundaries_.warm({select_pass::count}, n);
    ready &= kernel(pass::tiles, build::in_background) != nullptr;
    ready &= kernel(pass::join, build::in_background) != nullptr;
    return ready;
  }

  /// Records one piece; its root goes to `root`. `closing`: it ends the last run itself.
  void record(recorder& work, piece_addresses const& at, level const& root, bool closing) const {
    std::size_t const tiles = ceil_div(at.keys.count, scan_tile);
    level below = new_level(work, tiles);
    for_dispatches(owner_, tiles, [&](std::size_t tile, std::size_t groups) {
      dispatch(work, pass::tiles, tile_members(at, below, tile), groups);
    });
    std::size_t tiles_each = 1;
    std::size_t nodes = tiles;
    do {
      work.barrier();
      std::size_t const above = ceil_div(nodes, fan);
      level const to = above == 1 ? root : new_level(work, above);
      for_dispatches(owner_, ceil_div(above, 256), [&](std::size_t group, std::size_t groups) {
        pass_members all = join_members(at, below, to, group);
        all.word("n", nodes);
        all.word("tiles_each", tiles_each);
        all.word("tiles", tiles);
        all.word("closing", closing && above == 1 ? 1 : 0);
        dispatch(work, pass::join, all, groups);
      });
      below = to;
      nodes = above;
      tiles_each *= fan;
    } while (nodes > 1);
  }

 private:
  level new_level(recorder& work, std::size_t nodes) const {
    auto const room = [&](std::size_t bytes) { return work.address(work.scratch(bytes)); };
    return {room(nodes * size_of(values_)), room(nodes * size_of(values_)), room(nodes * 4)};
  }

  pass_members tile_members(piece_addresses const& at, level const& to, std::size_t tile) const {
    pass_members all;
    all.reference("in0", keys_, at.keys.from);
    all.reference("in1", values_, at.values);
    all.reference("keys_out", keys_, at.keys_out);
    all.reference("values_out", values_, at.values_out);
    all.reference("offsets", scalar::uint32, at.offsets);
    all.reference("heads", values_, to.heads);
    all.reference("tails", values_, to.tails);
    all.reference("flags", scalar::uint32, to.flags);
    all.word("n", at.keys.count);
    all.word("first_tile", tile);
    all.word("before", at.keys.before);
    return all;
  }

  pass_members join_members(piece_addresses const& at, level const& from, level const& to,
                            std::size_t group) const {
    pass_members all;
    all.reference("heads", values_, from.heads);
    all.reference("tails", values_, from.tails);
    all.reference("flags", scalar::uint32, from.flags);
    all.reference("heads_out", values_, to.heads);
    all.reference("tails_out", values_, to.tails);
    all.reference("flags_out", scalar::uint32, to.flags);
    all.reference("values_out", values_, at.values_out);
    all.reference("offsets", scalar::uint32, at.offsets);
    all.word("first_tile", group);
    return all;
  }

  pass_text text(pass what) const {
    pass_text parts;
    parts.defines = join({"#define TD_T ", glsl_name(values_), "\n"});
    parts.helpers = "TD_T td_op(TD_T a, TD_T b) { return fn1(a, b); }\n";
    parts.helpers += runs_text;
    if (what == pass::join) {
      parts.body = join_text;
      return parts;
    }
    parts.helpers += prefix_text;
    parts.helpers += load_function("td_key", keys_, "in0") + load_function("td_value", values_, "in1");
    parts.helpers +=
        "bool td_begins(uint i) {\n  if (i == 0u && push.before == 0u)\n    return true;\n"
        "  return !fn0(td_key(i + push.before - 1u), td_key(i + push.before));\n}\n"
        "void td_put_key(uint run, uint i) { push.keys_out.e[run] = td_key(i + push.before); }\n";
    parts.body = tile_text;
    return parts;
  }

  pipeline const* kernel(pass what, build how) const {
    pass_members all = what == pass::tiles ? tile_members({}, {}, 0) : join_members({}, {}, {}, 0);
    if (what == pass::join)
      for (char const* name : {"n", "tiles_each", "tiles", "closing"})
        all.word(name, 0);
    return traced_kernel(owner_, traced_, static_cast<std::uint32_t>(what), all, how,
                         [&] { return text(what); });
  }

  void dispatch(recorder& work, pass what, pass_members const& members, std::size_t groups) const {
    dispatch_traced(work, owner_, traced_, recorded_, static_cast<std::uint32_t>(what), members, groups,
                    [&] { return text(what); });
  }

  engine& owner_;
  shape& traced_;
  recording const& recorded_;
  scalar keys_;
  scalar values_;
  selection boundaries_;
};

/// Whole ranges and how much of the outputs is done.
struct by_key_ranges {
  operand const& keys;
  operand const& values;
  operand const& keys_out;
  operand const& values_out;
  std::size_t runs = 0;
};

/// Parts of one run, by the piece they are in, joined as nodes of sixteen pieces, of sixteen such nodes, and
/// so on.
class open_run {
 public:
  explicit open_run(host_join join) : join_(join) {}

  bool empty() const noexcept { return parts_.empty(); }
  void begin(std::size_t piece, std::uint64_t bits) { parts_.assign(1, {piece, bits}); }
  void go_on(std::size_t piece, std::uint64_t bits) { parts_.push_back({piece, bits}); }

  std::uint64_t total() const {
    std::size_t width = 1;
    while (parts_.front().first / width != parts_.back().first / width)
      width *= fan;
    return total(0, parts_.size(), width);
  }

 private:
  /// Of parts [first, last), which lie in one node of `width` pieces.
  std::uint64_t total(std::size_t first, std::size_t last, std::size_t width) const {
    if (width == 1)
      return parts_[first].second;
    std::size_t const child = width / fan;
    std::uint64_t left = 0;
    for (std::size_t i = first; i < last;) {
      std::size_t end = i;
      while (end < last && parts_[end].first / child == parts_[i].first / child)
        ++end;
      std::uint64_t const right = total(i, end, child);
      if (i == first)
        left = right;
      else
        join_.join(join_.context, &left, &right);
      i = end;
    }
    return left;
  }

  host_join join_;
  std::vector<std::pair<std::size_t, std::uint64_t>> parts_;
};

void put_value(operand const& to, std::size_t at, std::uint64_t bits) {
  std::size_t const size = size_of(to.type);
  if (to.resident != nullptr)
    to.resident->upload(&bits, size, to.offset_bytes + at * size);
  else
    std::memcpy(static_cast<std::byte*>(to.host) + at * size, &bits, size);
}

/// Everything in one submission.
std::size_t reduce_at_once(by_key_call const& call, by_key_ranges const& all, std::size_t n) {
  engine& owner = call.owner();
  kept_counters const runs(owner, n);
  memory keys_out, values_out;
  recorder work = owner.record();
  auto const room = [&](operand const& to, memory& scratch) {
    if (to.resident != nullptr)
      return work.address(*to.resident, to.offset_bytes);
    scratch = owner.allocate(n * size_of(to.type));
    return work.address(scratch);
  };
  piece_addresses at;
  at.keys = {address_for_reading(work, all.keys, 0, n), n};
  at.values = address_for_reading(work, all.values, 0, n);
  at.keys_out = room(all.keys_out, keys_out);
  at.values_out = room(all.values_out, values_out);
  at.offsets = work.address(runs.where());
  call.boundaries().record_offsets(work, at.keys, at.offsets);
  auto const one = [&] { return work.address(work.scratch(8)); };
  call.record(work, at, {one(), one(), one()}, true);
  work.run();
  std::size_t const count = runs.total();
  if (keys_out)
    copy_to_operand(owner, keys_out, 0, all.keys_out, 0, count * size_of(call.keys()));
  if (values_out)
    copy_to_operand(owner, values_out, 0, all.values_out, 0, count * size_of(call.values()));
  return count;
}

/// One piece of many: what it finishes goes to the outputs, the rest to `open`.
void reduce_piece(by_key_call const& call, by_key_ranges& all, std::size_t first, std::size_t count,
                  std::size_t piece, open_run& open) {
  engine& owner = call.owner();
  kept_counters const runs(owner, count);
  std::size_t const before = first == 0 ? 0 : 1;
  std::size_t const key = size_of(call.keys()), value = size_of(call.values());
  memory const keys_out = owner.allocate(count * key), values_out = owner.allocate(count * value);
  memory const head = owner.allocate(8), tail = owner.allocate(8), flags = owner.allocate(4);
  recorder work = owner.record();
  piece_addresses at;
  at.keys = {address_for_reading(work, all.keys, first - before, count + before), count, before};
  at.values = address_for_reading(work, all.values, first, count);
  at.keys_out = work.address(keys_out);
  at.values_out = work.address(values_out);
  at.offsets = work.address(runs.where());
  call.boundaries().record_offsets(work, at.keys, at.offsets);
  call.record(work, at, {work.address(head), work.address(tail), work.address(flags)}, false);
  work.run();
  remainder left;
  head.download(&left.head, value);
  tail.download(&left.tail, value);
  flags.download(&left.flags, 4);
  if (left.has_head())
    open.go_on(piece, left.head);
  if (!left.has_tail())
    return;
  if (!open.empty())
    put_value(all.values_out, all.runs - 1, open.total());
  open.begin(piece, left.tail);
  std::size_t const begun = runs.total();
  copy_to_operand(owner, keys_out, 0, all.keys_out, all.runs * key, begun * key);
  copy_to_operand(owner, values_out, 0, all.values_out, all.runs * value, (begun - 1) * value);
  all.runs += begun;
}

by_key_call checked(device const& where, kernel_site& site, recording const& recorded, operand const& keys,
                    std::size_t n) {
  by_key_call const call(where.engine(), site, recorded);
  if (keys.type != call.keys() || keys.count < n)
    throw std::invalid_argument(
        join({"gpu::reduce_by_key: ", std::to_string(keys.count), " keys of ", name_of(keys.type), " where ",
              std::to_string(n), " of ", name_of(call.keys()), " are to be read"}));
  return call;
}

/// Pieces that are nodes of the fixed shape, as large as the limits allow.
std::size_t piece_elements(std::size_t most) {
  std::size_t piece = scan_tile;
  while (piece * fan <= most)
    piece *= fan;
  return piece;
}

} // namespace

std::size_t count_runs(device const& where, kernel_site& site, recording const& recorded, operand const& keys,
                       std::size_t n) {
  by_key_call const call = checked(where, site, recorded, keys, n);
  engine& owner = call.owner();
  std::size_t const chunk = chunk_elements(owner, {&keys, 1}, scan_tile, scan_tile);
  std::size_t runs = 0;
  for (std::size_t first = 0; first < n; first += chunk) {
    std::size_t const count = std::min(chunk, n - first), before = first == 0 ? 0 : 1;
    kept_counters const here(owner, count);
    recorder work = owner.record();
    call.boundaries().record_offsets(
        work, {address_for_reading(work, keys, first - before, count + before), count, before},
        work.address(here.where()));
    work.run();
    runs += here.total();
  }
  return runs;
}

std::size_t reduce_by_key(device const& where, kernel_site& site, recording const& recorded,
                          operand const& keys, operand const& values, operand const& keys_out,
                          operand const& values_out, std::size_t n, host_join join) {
  by_key_call const call = checked(where, site, recorded, keys, n);
  if (values.count < n || values.type != call.values() || values_out.type != call.values() ||
      keys_out.type != call.keys())
    throw std::invalid_argument(
        "gpu::reduce_by_key: values, their output and the operation, and keys and their output, "
        "must have the same types, and there must be a value for each key");
  if (n == 0)
    return 0;
  operand const operands[] = {keys, values, keys_out, values_out};
  std::size_t const most = chunk_elements(call.owner(), operands, scan_tile, scan_tile);
  by_key_ranges all{keys, values, keys_out, values_out};
  if (n <= most)
    return reduce_at_once(call, all, n);
  std::size_t const piece = piece_elements(most);
  open_run open(join);
  for (std::size_t first = 0; first < n; first += piece)
    reduce_piece(call, all, first, std::min(piece, n - first), first / piece, open);
  put_value(values_out, all.runs - 1, open.total());
  return all.runs;
}

bool warm_reduce_by_key(device const& where, kernel_site& site, recording const& recorded, std::size_t n) {
  return by_key_call(where.engine(), site, recorded).warm(n);
}

} // namespace tandem::gpu
