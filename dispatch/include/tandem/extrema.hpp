#pragma once

#include <tandem/cpu/extrema.hpp>
#include <tandem/detail/host_call.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

struct extrema_facts {
  static constexpr char const* name = "parallel_minmax_element";
  static constexpr algorithm kind = algorithm::reduce;
  static constexpr float written_bytes = 0;
};

struct natural_order {};

/// search(execution, n, elements [, less]) on the CPU, for n at least 1.
template <target Target, class R, class Less, class Search>
auto extreme_of_range(policy<Target> where, R const& in, Less& less, Search const& search) {
  static_assert(Range<R const>, "a contiguous range is needed");
  auto& site = host_site<extrema_facts, Less, element_t<R>>::site;
  auto const once = [&](cpu::execution how) {
    if constexpr (std::is_same_v<std::remove_cv_t<Less>, natural_order>)
      return search(how, size_of(in), host_read(in));
    else
      return search(how, size_of(in), host_read(in), less);
  };
  decltype(once(cpu::execution{})) result{};
  if (size_of(in) != 0)
    run_on_host(where, site, size_of(in), [&](cpu::execution how) { result = once(how); });
  return result;
}

inline constexpr auto min_element_of = []<target Target, class R, class Less = natural_order>(policy<Target> where, R const& in,
                                                                                             Less&& less = {}) {
  return extreme_of_range(where, in, less, [](auto&&... arguments) { return cpu::min_element(arguments...); });
};
inline constexpr auto max_element_of = []<target Target, class R, class Less = natural_order>(policy<Target> where, R const& in,
                                                                                             Less&& less = {}) {
  return extreme_of_range(where, in, less, [](auto&&... arguments) { return cpu::max_element(arguments...); });
};
inline constexpr auto minmax_element_of = []<target Target, class R, class Less = natural_order>(policy<Target> where, R const& in,
                                                                                                Less&& less = {}) {
  auto const both = extreme_of_range(where, in, less, [](auto&&... arguments) { return cpu::minmax_element(arguments...); });
  return std::pair<std::size_t, std::size_t>{both.min, both.max};
};

} // namespace detail

/// The index of the least element, the first of equals; 0 for an empty range:
///
///     std::size_t i = parallel_min_element([policy,] in [, less])
///
/// A NaN never wins (if there is nothing else: 0). `less`: a strict weak order, else <. One pass.
template <class First, class... Rest>
std::size_t parallel_min_element(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::min_element_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// The index of the greatest element, the first of equals; otherwise as parallel_min_element.
template <class First, class... Rest>
std::size_t parallel_max_element(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::max_element_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// The indices of the least and of the greatest element, each the first of equals:
///
///     auto [least, greatest] = parallel_minmax_element([policy,] in [, less])
template <class First, class... Rest>
std::pair<std::size_t, std::size_t> parallel_minmax_element(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::minmax_element_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
