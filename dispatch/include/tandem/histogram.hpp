#pragma once

#include <tandem/cpu/histogram.hpp>
#include <tandem/detail/host_call.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

struct histogram_facts {
  static constexpr char const* name = "parallel_histogram";
  static constexpr algorithm kind = algorithm::histogram;
  static constexpr float written_bytes = 0;
};

inline constexpr auto histogram_of = []<target Target, class R, class Bins, class F>(policy<Target> where, R const& in, Bins&& bins,
                                                                                    F&& f) {
  static_assert(Range<R const> && WritableRange<Bins>, "parallel_histogram needs a contiguous range and a writable one of counts");
  static_assert(std::is_integral_v<element_t<Bins>>, "parallel_histogram: counts are integers");
  auto& site = host_site<histogram_facts, std::remove_reference_t<F>, element_t<R>>::site;
  require_disjoint("parallel_histogram", "the counts", extent_of(bins), "the input", 0, extent_of(in));
  std::size_t outside = 0;
  run_on_host(where, site, size_of(in), [&](cpu::execution how) {
    outside = cpu::histogram(how, size_of(in), host_read(in), size_of(bins), std::data(bins), f);
  });
  return outside;
};

} // namespace detail

/// Counts elements by kind: bins[f(x)] += 1 for every element; returns how many had f(x) outside [0, size of bins):
///
///     std::size_t outside = parallel_histogram([policy,] in, bins, f)
///
/// \param bins  a contiguous range of integers, fewer than 2^32; counts are added to what it holds
/// \param f     element → any integer (negative ones are outside); called once per element, in no order, from several threads
/// \throws std::invalid_argument if the ranges overlap. What f throws; some elements are counted then.
///
/// One pass; private counts for each thread up to 32 Ki bins (eight tables of them up to 4096).
template <class First, class... Rest>
std::size_t parallel_histogram(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::histogram_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
