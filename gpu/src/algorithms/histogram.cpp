#include <tandem/gpu/histogram.hpp>

#include "chunks.hpp"
#include "scan_passes.hpp"

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>

#include <bit>
#include <stdexcept>

namespace tandem::gpu {
namespace {

using namespace detail;

char const histogram_text[] =
#include <tandem_shaders/traced/histogram.glsl.inc>
    ;

constexpr std::size_t least_rows = 64;
constexpr std::size_t most_rows = 4096;
constexpr std::size_t enough_groups = 2048; // to fill any device
// Counters of 32 bits are added up on the host before they could overflow.
constexpr std::size_t counted_at_once = std::size_t{1} << 31;

/// How counters lie in shared memory, rounded so that few kernels serve all numbers of bins.
struct private_bins {
  std::size_t bins = 0; ///< 0: too many, they are counted in device memory
  std::size_t copies = 1;

  private_bins(std::size_t wanted, std::size_t shared_bytes) {
    std::size_t const most = (shared_bytes - 256) / 4;
    std::size_t const rounded = std::max<std::size_t>(256, std::bit_ceil(wanted));
    if (rounded <= most) {
      bins = rounded;
      copies = std::clamp<std::size_t>(4096 / rounded, 1, 16);
    } else if (wanted <= most) {
      bins = most;
    }
  }
  std::uint32_t variant() const noexcept { return static_cast<std::uint32_t>(bins); }
};

class histogram_call {
 public:
  histogram_call(engine& owner, kernel_site& site, recording const& recorded, scalar type, std::size_t bins)
      : owner_(owner), traced_(site.match(recorded)), recorded_(recorded), bins_(bins),
        shared_(bins, owner.info().limits.shared_memory_bytes), type_(type) {
    function_info const& f = traced_.code().functions.at(0);
    result_ = f.results.size() == 1 ? traced_.code().nodes[f.results[0]].type : scalar::float32;
    if (f.inputs.size() != 1 || f.inputs[0] != computed(type) || is_floating(result_))
      throw std::invalid_argument(
          join({"gpu::histogram: f must take one ", name_of(type), " and return an integer"}));
    require_features(traced_.code(), owner);
    require_type(type_, owner);
    require_loop_budget(static_cast<double>(most_rows + 512) + least_rows * traced_.iterations(recorded),
                        owner);
    require_one_piece(bins + 1, 4, owner);
  }

  bool warm() const { return kernel(build::in_background) != nullptr; }

  void record(recorder& work, std::uint64_t from, std::size_t count, memory const& bins) const {
    std::size_t const rows = rows_for(count);
    for_dispatches(owner_, ceil_div(count, rows * 256), [&](std::size_t tile, std::size_t groups) {
      dispatch_traced(work, owner_, traced_, recorded_, variant(),
                      members(from, work.address(bins), count, tile, rows), groups, [&] { return text(); });
    });
  }

 private:
  std::uint32_t variant() const noexcept {
    return static_cast<std::uint32_t>(type_) << 24 | shared_.variant();
  }

  pipeline const* kernel(build how) const {
    return traced_kernel(owner_, traced_, variant(), members(0, 0, 0, 0, 0), how, [&] { return text(); });
  }

  /// More rows a group mean fewer additions to what all groups share; functions with loops keep to few.
  std::size_t rows_for(std::size_t count) const {
    if (traced_.iterations(recorded_) > 0)
      return least_rows;
    return std::clamp(count / (256 * enough_groups), least_rows, most_rows);
  }

  pass_members members(std::uint64_t from, std::uint64_t bins, std::size_t count, std::size_t tile,
                       std::size_t rows) const {
    pass_members all;
    all.reference("in0", type_, from);
    all.reference("bins", scalar::uint32, bins);
    all.word("n", count);
    all.word("first_tile", tile);
    all.word("bin_count", bins_);
    all.word("rows", rows);
    return all;
  }

  pass_text text() const {
    std::string const type = result_ == scalar::boolean ? "uint" : glsl_name(result_);
    std::string const bins = shared_.bins == 0
                                 ? std::string()
                                 : join({"#define TD_BINS ", std::to_string(shared_.bins),
                                         "u\n#define TD_COPIES ", std::to_string(shared_.copies), "u\n"});
    return {join({"#define TD_R ", type, "\n", bins}),
            load_function("td_load0", type_, "in0") +
                "TD_R td_bin_of(uint i) { return TD_R(fn0(td_load0(i))); }\n",
            histogram_text};
  }

  engine& owner_;
  shape& traced_;
  recording const& recorded_;
  std::size_t bins_;
  private_bins shared_;
  scalar result_{};
  scalar type_;
};

} // namespace

std::uint64_t histogram(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                        std::size_t n, std::span<std::uint64_t> counts) {
  engine& owner = where.engine();
  histogram_call const call(owner, site, recorded, in.type, counts.size());
  if (in.count < n)
    throw std::invalid_argument("gpu::histogram: " + std::to_string(in.count) + " elements where " +
                                std::to_string(n) + " are to be counted");
  std::size_t const chunk = chunk_elements(owner, {&in, 1}, least_rows * 256, least_rows * 256);
  std::vector<std::uint64_t> totals(counts.size() + 1);
  std::vector<std::uint32_t> some(counts.size() + 1);
  memory const bins = owner.allocate(some.size() * 4);
  for (std::size_t begin = 0; begin < n; begin += counted_at_once) {
    std::size_t const part = std::min(counted_at_once, n - begin);
    run_chunks(owner, part, chunk, [&](recorder& work, std::size_t first, std::size_t count) {
      if (first == 0) {
        work.fill(bins, 0, some.size() * 4, 0);
        work.barrier();
      }
      call.record(work, address_for_reading(work, in, begin + first, count), count, bins);
    });
    bins.download(some.data(), some.size() * 4);
    for (std::size_t b = 0; b < some.size(); ++b)
      totals[b] += some[b];
  }
  for (std::size_t b = 0; b < counts.size(); ++b)
    counts[b] += totals[b];
  return totals.back();
}

bool warm_histogram(device const& where, kernel_site& site, recording const& recorded, scalar type,
                    std::size_t bins) {
  return histogram_call(where.engine(), site, recorded, type, bins).warm();
}

} // namespace tandem::gpu
