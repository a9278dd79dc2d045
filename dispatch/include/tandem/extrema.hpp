#pragma once

#include <tandem/cpu/extrema.hpp>
#include <tandem/detail/gpu_algorithm.hpp>
#include <tandem/detail/gpu_compare.hpp>
#include <tandem/detail/known_order.hpp>
#include <tandem/gpu/extremum.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

enum class wanted_end : unsigned char { least, greatest, both };

template <wanted_end What>
struct extrema_facts {
  static constexpr char const* name = What == wanted_end::least      ? "parallel_min_element"
                                      : What == wanted_end::greatest ? "parallel_max_element"
                                                                     : "parallel_minmax_element";
  static constexpr algorithm kind = algorithm::reduce;
  static constexpr float written_bytes = 0;
};

struct natural_order {};

/// What is compared by: narrow integers in natural order by tandem::less, which a GPU can be told.
template <class Less, class T>
using traced_less_t =
    std::conditional_t<std::is_same_v<std::remove_cvref_t<Less>, natural_order> && std::is_integral_v<T>,
                       tandem::less, std::remove_reference_t<Less>>;

/// Which way GPUs compare, if they do: natural order of any numbers; of integers also by tandem::less and
/// greater and the like. (By an explicit less a NaN would have to be compared, which is nobody's order.)
template <class Less, class T>
constexpr cpu::known_order gpu_order_of() {
  using compare = std::remove_cvref_t<Less>;
  if constexpr (!device_type_v<T> || std::is_same_v<T, bool>)
    return cpu::known_order::unknown;
  else if constexpr (std::is_same_v<compare, natural_order>)
    return cpu::known_order::ascending;
  else if constexpr (std::is_integral_v<T>)
    return cpu::known_order_v<compare, T>;
  else
    return cpu::known_order::unknown;
}

/// A GPU's search of n ≥ 1 elements: `What` by an order that may be the reversed one.
template <wanted_end What, bool Reversed, class R, class Result>
auto extrema_launch(R const& in, Result& result) {
  constexpr bool both = What == wanted_end::both;
  constexpr bool least = both || (What == wanted_end::least) != Reversed;
  constexpr bool greatest = both || !least;
  return plain_launch(
      [&in, &result](gpu::device& where) {
        auto const from = input_operand(where, in);
        auto const n = size_of(in);
        if constexpr (both) {
          auto const [low, high] = gpu::minmax_element(where, from, n);
          result = Reversed ? Result{high, low} : Result{low, high};
        } else {
          result = least ? gpu::min_element(where, from, n) : gpu::max_element(where, from, n);
        }
      },
      [&in](gpu::device& where) {
        return gpu::warm_extrema(where, gpu::scalar_of<element_t<R>>, size_of(in), least, greatest);
      });
}

template <class T, class Less>
auto& traced_less(Less& less) {
  if constexpr (std::is_same_v<traced_less_t<Less, T>, Less>)
    return less;
  else {
    static constinit tandem::less natural{};
    return natural;
  }
}

/// The same by a comparator.
template <wanted_end What, class R, class Less, class Result>
auto comparing_launch(R const& in, Less& less, Result& result) {
  constexpr bool both = What == wanted_end::both;
  return extremes_launch<extrema_facts<What>, What != wanted_end::greatest, both>(
      in, less, [&result](std::size_t least, std::size_t greatest) {
        if constexpr (both)
          result = Result{least, greatest};
        else
          result = least;
      });
}

/// search(execution, n, elements [, less]) on the CPU, for n at least 1.
template <wanted_end What, target Target, class R, class Less, class Search>
auto extreme_of_range(policy<Target> where, R const& in, Less& less, Search const& search) {
  static_assert(Range<R const>, "a contiguous range is needed");
  using T = element_t<R>;
  constexpr auto order = Target == target::cpu ? cpu::known_order::unknown : gpu_order_of<Less, T>();
  constexpr bool by_words = order != cpu::known_order::unknown;
  using traced = traced_less_t<Less, T>;
  constexpr bool by_comparator = !by_words && can_compare_on_gpu<Target, traced, T>();
  static_assert(
      Target != target::gpu || by_words || by_comparator,
      "tandem::on_gpu: GPUs find the extrema of numbers of 4 or 8 bytes in their natural order, of "
      "narrow integers too, and of these, tandem::half and structs named by TANDEM_STRUCT by a generic "
      "comparator such as [](auto a, auto b) { return a * a < b * b; }; use tandem::on_cpu for other "
      "elements and comparators");
  auto const once = [&](cpu::execution how) {
    if constexpr (std::is_same_v<std::remove_cv_t<Less>, natural_order>)
      return search(how, size_of(in), host_read(in));
    else
      return search(how, size_of(in), host_read(in), less);
  };
  decltype(once(cpu::execution{})) result{};
  auto const on_host = [&](cpu::execution how) { result = once(how); };
  if (size_of(in) == 0)
    return result;
  if constexpr (by_words)
    run_anywhere(where, word_site<extrema_facts<What>, true, Less, T>::site, size_of(in),
                 traffic_reading(12, in), on_host,
                 extrema_launch<What, order == cpu::known_order::descending>(in, result));
  else if constexpr (by_comparator)
    run_anywhere(where, device_site<extrema_facts<What>, true, traced, T>::site, size_of(in),
                 traffic_reading(12, in), on_host, comparing_launch<What>(in, traced_less<T>(less), result));
  else
    run_on_host(where, word_site<extrema_facts<What>, false, Less, T>::site, size_of(in), on_host);
  return result;
}

/// The same by the order of what project makes of the elements.
template <wanted_end What, target Target, class R, class Less, class Project, class Search>
auto extreme_by_key(policy<Target> where, R const& in, Less& less, Project& project, Search const& search) {
  if constexpr (std::is_same_v<std::remove_cvref_t<Project>, whole_element>)
    return extreme_of_range<What>(where, in, less, search);
  else {
    projected_less<Less, Project> by_key{&less, &project};
    return extreme_of_range<What>(where, in, by_key, search);
  }
}

inline constexpr auto min_element_of =
    []<target Target, class R, class Less = natural_order, class Project = whole_element>(
        policy<Target> where, R const& in, Less&& less = {}, Project&& project = {}) {
  return extreme_by_key<wanted_end::least>(
      where, in, less, project, [](auto&&... arguments) { return cpu::min_element(arguments...); });
};
inline constexpr auto max_element_of =
    []<target Target, class R, class Less = natural_order, class Project = whole_element>(
        policy<Target> where, R const& in, Less&& less = {}, Project&& project = {}) {
  return extreme_by_key<wanted_end::greatest>(
      where, in, less, project, [](auto&&... arguments) { return cpu::max_element(arguments...); });
};
inline constexpr auto minmax_element_of =
    []<target Target, class R, class Less = natural_order, class Project = whole_element>(
        policy<Target> where, R const& in, Less&& less = {}, Project&& project = {}) {
  auto const both = extreme_by_key<wanted_end::both>(
      where, in, less, project, [](auto&&... arguments) { return cpu::minmax_element(arguments...); });
  return std::pair<std::size_t, std::size_t>{both.min, both.max};
};

} // namespace detail

/// The index of the least element, the first of equals; 0 for an empty range:
///
///     std::size_t i = parallel_min_element([policy,] in [, less [, project]])
///
/// A NaN never wins (if there is nothing else: 0). `less`: a strict weak order, else <; of what `project` makes of
/// the elements, if there is one. Generic ones run on a GPU too, elements then being any numbers or structs named
/// by TANDEM_STRUCT. One pass.
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
///     auto [least, greatest] = parallel_minmax_element([policy,] in [, less [, project]])
template <class First, class... Rest>
std::pair<std::size_t, std::size_t> parallel_minmax_element(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::minmax_element_of, std::forward<First>(first),
                             std::forward<Rest>(rest)...);
}

} // namespace tandem
