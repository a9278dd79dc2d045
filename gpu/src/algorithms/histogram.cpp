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

constexpr std::size_t histogram_tile = 16384;
constexpr std::size_t most_shared_bins = 4096;

/// Shared counters, rounded up so that few kernels serve all numbers of bins; 0: global ones.
std::size_t shared_bins(std::size_t bins) {
  return bins > most_shared_bins ? 0 : std::max<std::size_t>(256, std::bit_ceil(bins));
}

} // namespace

std::uint64_t histogram(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                        std::size_t n, std::span<std::uint64_t> counts) {
  engine& owner = where.engine();
  shape& traced = site.match(recorded);
  function_info const& f = traced.code().functions.at(0);
  scalar const result = f.results.size() == 1 ? traced.code().nodes[f.results[0]].type : scalar::float32;
  if (in.count < n || f.inputs.size() != 1 || f.inputs[0] != in.type || !is_integer(result))
    throw std::invalid_argument(join({"gpu::histogram: f must take ", name_of(in.type),
                                      " and return an integer, and the input must hold all elements"}));
  require_features(traced.code(), owner);
  require_loop_budget(128 + (counts.size() <= most_shared_bins ? 32 : 0) + 64 * traced.iterations(recorded),
                      owner);
  require_one_piece(counts.size() + 1, 4, owner);
  std::size_t const shared = shared_bins(counts.size());
  std::size_t const chunk = chunk_elements(owner, {&in, 1}, histogram_tile, histogram_tile);
  std::vector<std::uint64_t> totals(counts.size() + 1);
  std::vector<std::uint32_t> some(counts.size() + 1);
  memory const bins = owner.allocate(some.size() * 4);
  for (std::size_t first = 0; first < n; first += chunk) {
    std::size_t const count = std::min(chunk, n - first);
    recorder work = owner.record();
    work.fill(bins, 0, some.size() * 4, 0);
    work.barrier();
    std::uint64_t const from = address_for_reading(work, in, first, count);
    for_dispatches(owner, ceil_div(count, histogram_tile), [&](std::size_t tile, std::size_t groups) {
      pass_members members;
      members.reference("in0", in.type, from);
      members.reference("bins", scalar::uint32, work.address(bins));
      members.word("n", count);
      members.word("first_tile", tile);
      members.word("bin_count", counts.size());
      dispatch_traced(
          work, owner, traced, recorded, static_cast<std::uint32_t>(shared), members, groups, [&] {
            return pass_text{join({"#define TD_R ", glsl_name(result), "\n",
                                   shared != 0 ? join({"#define TD_BINS ", std::to_string(shared), "\n"})
                                               : std::string()}),
                             load_function("td_load0", in.type, "in0") +
                                 "TD_R td_bin_of(uint i) { return fn0(td_load0(i)); }\n",
                             histogram_text};
          });
    });
    work.run();
    bins.download(some.data(), some.size() * 4);
    for (std::size_t b = 0; b < some.size(); ++b)
      totals[b] += some[b];
  }
  for (std::size_t b = 0; b < counts.size(); ++b)
    counts[b] += totals[b];
  return totals.back();
}

} // namespace tandem::gpu
