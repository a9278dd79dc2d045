#pragma once

#include <tandem/cpu/merge.hpp>
#include <tandem/cpu/total_order.hpp>
#include <tandem/detail/host_call.hpp>
#include <tandem/policy.hpp>

#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

struct merge_facts {
  static constexpr char const* name = "parallel_merge";
  static constexpr algorithm kind = algorithm::comparison_sort;
  static constexpr float written_bytes = 4;
};

inline constexpr auto merge_of = []<target Target, class A, class B, class Out, class Less = cpu::total_less>(
                                     policy<Target> where, A const& a, B const& b, Out&& out, Less&& less = {}) {
  static_assert(Range<A const> && Range<B const> && WritableRange<Out>, "parallel_merge needs two contiguous ranges and a writable one");
  auto& site = host_site<merge_facts, std::remove_reference_t<Less>, element_t<A>>::site;
  auto const n = size_of(a) + size_of(b);
  require_same_size("parallel_merge", "the two inputs together", n, "the output", 0, size_of(out));
  require_disjoint("parallel_merge", "the output", extent_of(out), "input", 1, extent_of(a));
  require_disjoint("parallel_merge", "the output", extent_of(out), "input", 2, extent_of(b));
  run_on_host(where, site, n, [&](cpu::execution how) {
    cpu::merge(how, size_of(a), host_read(a), size_of(b), host_read(b), std::data(out), less);
  });
};

} // namespace detail

/// Merges two sorted ranges; of equals, those of `a` come first:
///
///     parallel_merge([policy,] a, b, out [, less])
///
/// \param out   a contiguous range as large as both together, apart from both
/// \param less  the strict weak order that a and b are sorted by; else <, for floats IEEE's total order, as parallel_sort
/// \throws std::invalid_argument if sizes do not agree or ranges overlap; what less throws.
template <class First, class... Rest>
void parallel_merge(First&& first, Rest&&... rest) {
  detail::with_policy(detail::merge_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
