#pragma once

#include <tandem/cpu/merge.hpp>
#include <tandem/cpu/total_order.hpp>
#include <tandem/detail/gpu_merge.hpp>
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
  static_assert(Range<A const> && Range<B const> && WritableRange<Out>,
                "parallel_merge needs two contiguous ranges and a writable one");
  auto const n = size_of(a) + size_of(b);
  require_same_size("parallel_merge", "the two inputs together", n, "the output", 0, size_of(out));
  require_disjoint("parallel_merge", "the output", extent_of(out), "input", 1, extent_of(a));
  require_disjoint("parallel_merge", "the output", extent_of(out), "input", 2, extent_of(b));
  auto const on_host = [&](cpu::execution how) {
    cpu::merge(how, size_of(a), host_read(a), size_of(b), host_read(b), std::data(out), less);
  };
  using T = element_t<A>;
  using Order = std::remove_cvref_t<Less>;
  constexpr bool natural = std::is_same_v<Order, cpu::total_less>;
  constexpr bool alike = std::is_same_v<T, element_t<B>> && std::is_same_v<T, element_t<Out>> &&
                         device_type_v<T> && !std::is_same_v<T, bool>;
  constexpr bool possible = [] {
    if constexpr (Target == target::cpu || !alike)
      return false;
    else if constexpr (natural)
      return true;
    else
      return traceable<Order, T, T>();
  }();
  static_assert(Target != target::gpu || possible,
                "tandem::on_gpu: GPUs merge ranges of one element type (float, double, int32_t, uint32_t, "
                "int64_t, uint64_t) in natural "
                "order or by a generic comparator such as [](auto a, auto b) { return a > b; }; use "
                "tandem::on_cpu for others");
  auto const moved = traffic_of(out, a, b);
  if constexpr (!possible)
    run_on_host(where, host_site<merge_facts, Order, T>::site, n, on_host);
  else if constexpr (natural)
    run_anywhere(where, word_site<merge_facts, true, Order, T>::site, n, moved, on_host,
                 natural_merge_launch(a, b, out));
  else
    run_anywhere(where, device_site<merge_facts, true, Order, T>::site, n, moved, on_host,
                 merge_launch<merge_facts>(a, b, out, less));
};

} // namespace detail

/// Merges two sorted ranges; of equals, those of `a` come first:
///
///     parallel_merge([policy,] a, b, out [, less])
///
/// \param out   a contiguous range as large as both together, apart from both
/// \param less  the strict weak order that a and b are sorted by; else <, for floats IEEE's total order, as parallel_sort
///
/// On a GPU too where the element types are one that GPUs have, in the natural order or by a generic lambda. The result is unique,
/// hence the same everywhere.
/// \throws std::invalid_argument if sizes do not agree or ranges overlap; what less throws.
template <class First, class... Rest>
void parallel_merge(First&& first, Rest&&... rest) {
  detail::with_policy(detail::merge_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
