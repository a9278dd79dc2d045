#include <tandem/gpu/scan.hpp>

#include "chain.hpp"
#include "chunks.hpp"
#include "scan_passes.hpp"

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>

#include <cstring>
#include <stdexcept>

namespace tandem::gpu {
namespace detail {
namespace {

constexpr char const scan_text[] =
#include <tandem_shaders/traced/scan_tile.glsl.inc>

#include <tandem_shaders/traced/scan.glsl.inc>
    ;
constexpr char const chained_body[] =
#include <tandem_shaders/traced/scan_tile.glsl.inc>

#include <tandem_shaders/traced/scan_chained.glsl.inc>
    ;

/// Variants of one site: the first level and the levels above, by pass.
std::uint32_t variant_of(scan_pass what, bool first_level) {
  return static_cast<std::uint32_t>(what) * 2 + (first_level ? 1 : 0);
}

} // namespace

std::string_view const scan_body = scan_text;

std::string scan_defines(scan_pass what, scalar type) {
  return join({"#define TD_T ", glsl_name(type), "\n", what == scan_pass::totals ? "#define TD_TOTALS\n" : "",
               what == scan_pass::inclusive ? "#define TD_INCLUSIVE\n" : "",
               what == scan_pass::exclusive_init ? "#define TD_INIT\n" : ""});
}

pass_text totals_level_text(scan_pass what, scalar type) {
  return {
      scan_defines(what, type),
      "TD_T td_value(uint i) { return push.io.e[i]; }\nvoid td_store(uint i, TD_T x) { push.io.e[i] = x; }\n",
      scan_body};
}

namespace {

/// The kernel for sums of counters writes zero where nothing comes before.
pipeline const* counter_kernel(engine& owner, scan_pass what, pass_members const& members, build how) {
  static constinit kernel_list kernels;
  return plain_kernel(owner, kernels, variant_of(what, false), members, how, [&] {
    pass_text text = totals_level_text(what, scalar::uint32);
    text.defines += "#define TD_COUNTERS\n";
    text.helpers += "uint td_op(uint a, uint b) { return a + b; }\n";
    return text;
  });
}

} // namespace

void record_counter_scan(recorder& work, engine& owner, std::uint64_t counters, std::size_t m) {
  record_totals_scan(work, owner, scalar::uint32, counters, m,
                     [&](scan_pass what, pass_members const& members, std::size_t groups) {
                       push_block push;
                       members.fill(push);
                       work.dispatch(*counter_kernel(owner, what, members, build::now), push.data(),
                                     push.size(), static_cast<std::uint32_t>(groups));
                     });
}

bool warm_counter_scan(engine& owner, std::size_t m) {
  pass_members const members = level_members({}, scalar::uint32, 0);
  bool ready = counter_kernel(owner, scan_pass::exclusive, members, build::in_background) != nullptr;
  if (m > scan_tile)
    ready &= counter_kernel(owner, scan_pass::totals, members, build::in_background) != nullptr;
  return ready;
}

namespace {

/// Members and text of the first level, and the text of those above.
pass_members first_members(scalar type, std::uint64_t from, std::uint64_t to, std::uint64_t totals,
                           std::uint64_t init_bits, std::size_t n, std::size_t first_tile,
                           std::size_t tile_base) {
  pass_members members;
  members.reference("from", type, from);
  members.reference("to", type, to);
  members.reference("totals", type, totals);
  members.number("init", type, init_bits);
  members.word("n", n);
  members.word("first_tile", first_tile);
  members.word("tile_base", tile_base);
  members.word("carries", 1);
  return members;
}

pass_text first_text(scan_pass what, scalar type) {
  return {scan_defines(what, type),
          "TD_T td_op(TD_T a, TD_T b) { return fn0(a, b); }\n"
          "TD_T td_value(uint i) { return push.from.e[i]; }\n"
          "void td_store(uint i, TD_T x) { push.to.e[i] = x; }\n",
          scan_body};
}

pass_text upper_text(scan_pass what, scalar type) {
  pass_text text = totals_level_text(what, type);
  text.helpers += "TD_T td_op(TD_T a, TD_T b) { return fn0(a, b); }\n";
  return text;
}

/// The same of a scan in one reading; the members of its chain come behind.
pass_members chained_members(scalar type, std::uint64_t from, std::uint64_t to, std::uint64_t init_bits,
                             std::size_t n) {
  pass_members members;
  members.reference("from", type, from);
  members.reference("to", type, to);
  members.number("init", type, init_bits);
  members.word("n", n);
  return members;
}

pass_text chained_text(engine const& owner, scan_pass what, scalar type) {
  bool const staged = size_of(type) == 4 || owner.info().limits.shared_memory_bytes >= 40960;
  pass_text text = first_text(what, type);
  text.defines += staged ? "#define TD_STAGED\n" : "";
  text.helpers += chain_text(type);
  text.body = chained_body;
  return text;
}

std::uint32_t chained_variant(scan_pass what) {
  return 100 + static_cast<std::uint32_t>(what);
}

/// One scan of a traced operation.
class scan_call {
 public:
  scan_call(engine& owner, shape& traced, recording const& recorded, operand const& in, operand const& out,
            std::size_t n, void const* init)
      : owner_(owner), traced_(traced), recorded_(recorded), in_(in), out_(out), n_(n), type_(in.type) {
    if (init != nullptr)
      std::memcpy(&init_bits_, init, size_of(type_));
    last_ = init != nullptr ? scan_pass::exclusive_init : scan_pass::inclusive;
  }

  void run() {
    std::size_t const tiles = ceil_div(n_, scan_tile);
    std::size_t const chunk = chunk_of_whole_tiles();
    memory const totals = owner_.allocate(tiles * size_of(type_));
    if (n_ > chunk) { // too much for one allocation: totals of every piece first, then the pieces again
      run_chunks(owner_, n_, chunk, [&](recorder& work, std::size_t first, std::size_t count) {
        record_level(work, scan_pass::totals, address_for_reading(work, in_, first, count), 0, totals, first,
                     count);
        if (first + count == n_)
          record_totals(work, totals, tiles);
      });
      run_chunks(owner_, n_, chunk, [&](recorder& work, std::size_t first, std::size_t count) {
        record_level(work, last_, address_for_reading(work, in_, first, count),
                     address_for_writing(work, out_, first, count, host_write::when_complete), totals, first,
                     count);
      });
      return;
    }
    if (tiles > 1 && !overlapping())
      if (auto const how = chained_on(owner_); how && run_chained(tiles, *how))
        return;
    recorder work = owner_.record();
    std::uint64_t const from = address_for_reading(work, in_, 0, n_);
    if (tiles > 1) {
      record_level(work, scan_pass::totals, from, 0, totals, 0, n_);
      record_totals(work, totals, tiles);
    }
    record_level(work, last_, from, address_for_writing(work, out_, 0, n_, host_write::when_complete), totals,
                 0, n_);
    work.run();
  }

 private:
  /// Whether a second attempt would find the input changed.
  bool overlapping() const {
    std::size_t const bytes = n_ * size_of(type_);
    if (in_.resident != nullptr && out_.resident != nullptr && *in_.resident == *out_.resident)
      return in_.offset_bytes < out_.offset_bytes + bytes && out_.offset_bytes < in_.offset_bytes + bytes;
    return overlap(in_.host, bytes, out_.host, bytes);
  }

  /// In one reading of the input; false when tiles did not get on, and then it is to be done the other way.
  bool run_chained(std::size_t tiles, chained_setting const& how) {
    recorder work = owner_.record();
    chain_state const chain(owner_, tiles, how);
    chain.record_clear(work);
    pass_members members =
        chained_members(type_, address_for_reading(work, in_, 0, n_),
                        address_for_writing(work, out_, 0, n_, host_write::when_complete), init_bits_, n_);
    chain.add_members(work, members);
    for_dispatches(owner_, tiles, [&](std::size_t, std::size_t groups) {
      dispatch_traced(work, owner_, traced_, recorded_, chained_variant(last_), members, groups,
                      [&] { return chained_text(owner_, last_, type_); });
    });
    work.run();
    return chain.ended_well();
  }

  std::size_t chunk_of_whole_tiles() const {
    work_limits const limits = owner_.limits();
    std::size_t most = std::size_t{1} << 30;
    if (limits.max_memory_bytes != 0 && (in_.resident == nullptr || out_.resident == nullptr))
      most = std::min<std::size_t>(most, limits.max_memory_bytes / size_of(type_));
    return std::max(scan_tile, most / scan_tile * scan_tile);
  }

  void record_totals(recorder& work, memory const& totals, std::size_t tiles) {
    work.barrier();
    record_totals_scan(work, owner_, type_, work.address(totals), tiles,
                       [&](scan_pass what, pass_members const& members, std::size_t groups) {
                         dispatch_traced(work, owner_, traced_, recorded_, variant_of(what, false), members,
                                         groups, [&] { return upper_text(what, type_); });
                       });
    work.barrier();
  }

  void record_level(recorder& work, scan_pass what, std::uint64_t from, std::uint64_t to,
                    memory const& totals, std::size_t first, std::size_t count) {
    for_dispatches(owner_, ceil_div(count, scan_tile), [&](std::size_t tile, std::size_t groups) {
      dispatch_traced(
          work, owner_, traced_, recorded_, variant_of(what, true),
          first_members(type_, from, to, work.address(totals), init_bits_, count, tile, first / scan_tile),
          groups, [&] { return first_text(what, type_); });
    });
  }

  engine& owner_;
  shape& traced_;
  recording const& recorded_;
  operand const& in_;
  operand const& out_;
  std::size_t n_;
  scalar type_;
  scan_pass last_;
  std::uint64_t init_bits_ = 0;
};

/// Throws what forbids this scan; returns its shape.
shape& checked_shape(engine const& owner, kernel_site& site, recording const& recorded, scalar in,
                     scalar out) {
  shape& traced = site.match(recorded);
  function_info const& op = traced.code().functions.at(0);
  if (in != out || op.inputs.size() != 2 || op.inputs[0] != in || op.results.size() != 1 ||
      traced.code().nodes[op.results[0]].type != in)
    throw std::invalid_argument(join({"gpu::scan: input of ", name_of(in), ", output of ", name_of(out),
                                      " and the operation's type must be the same"}));
  if (in == scalar::boolean)
    throw unsupported_error("scans of bool are not for GPUs", owner.info().name);
  require_features(traced.code(), owner);
  // A lane's fold, the folds before it, and its sixteen results.
  require_loop_budget(80 * (traced.iterations(recorded) + 1), owner);
  return traced;
}

void run_scan(device const& where, kernel_site& site, recording const& recorded, operand const& in,
              operand const& out, std::size_t n, void const* init) {
  if (in.count < n || out.count < n)
    throw std::invalid_argument("gpu::scan: an input of " + std::to_string(in.count) + " and an output of " +
                                std::to_string(out.count) + " elements for a scan of " + std::to_string(n));
  engine& owner = where.engine();
  shape& traced = checked_shape(owner, site, recorded, in.type, out.type);
  if (n != 0)
    scan_call(owner, traced, recorded, in, out, n, init).run();
}

} // namespace
} // namespace detail

void inclusive_scan(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                    operand const& out, std::size_t n) {
  detail::run_scan(where, site, recorded, in, out, n, nullptr);
}

void exclusive_scan(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                    operand const& out, std::size_t n, void const* init) {
  detail::run_scan(where, site, recorded, in, out, n, init);
}

bool warm_scan(device const& where, kernel_site& site, recording const& recorded, std::size_t n,
               bool exclusive) {
  using namespace detail;
  engine& owner = where.engine();
  scalar const type = site.match(recorded).code().functions.at(0).inputs.at(0);
  shape& traced = checked_shape(owner, site, recorded, type, type);
  bool ready = true;
  auto const first_level = [&](scan_pass what) {
    ready &= traced_kernel(owner, traced, variant_of(what, true), first_members(type, 0, 0, 0, 0, 0, 0, 0),
                           build::in_background, [&] { return first_text(what, type); }) != nullptr;
  };
  auto const upper_level = [&](scan_pass what) {
    ready &= traced_kernel(owner, traced, variant_of(what, false), level_members({}, type, 0),
                           build::in_background, [&] { return upper_text(what, type); }) != nullptr;
  };
  scan_pass const last = exclusive ? scan_pass::exclusive_init : scan_pass::inclusive;
  if (n > scan_tile)
    if (auto const how = chained_on(owner)) {
      pass_members members = chained_members(type, 0, 0, 0, 0);
      add_chain_members(members, 0, 0, *how);
      ready &= traced_kernel(owner, traced, chained_variant(last), members, build::in_background,
                             [&] { return chained_text(owner, last, type); }) != nullptr;
    }
  first_level(last);
  if (n > scan_tile) {
    first_level(scan_pass::totals);
    upper_level(scan_pass::exclusive);
  }
  if (n > scan_tile * scan_tile)
    upper_level(scan_pass::totals);
  return ready;
}

} // namespace tandem::gpu
