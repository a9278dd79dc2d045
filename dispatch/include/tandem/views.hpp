#pragma once

/// \file
/// Lazy views: chains of adaptors over ranges, run as one fused pass when a terminal ends them:
///
///     float total = tandem::par(x) | tandem::map(f) | tandem::filter(p) | tandem::reduce(0.0f,
///     tandem::plus{}); auto kept = tandem::par(tandem::on_cpu, x) | tandem::zip(y) | tandem::filter([](auto
///     a, auto b) { return a < b; }) | tandem::collect();
///
/// Sources: `par`. Adaptors: map, filter, filter_map, flat_map, inspect, zip, zip_eq, enumerate, chunks,
/// windows, take, skip, rev, step_by, scan. Terminals: reduce, sum, product, min, max, count, any_of, all_of,
/// none_of, find_if, find_any, position, collect, collect_into, partition, for_each.
///
/// Nothing is stored in between. Functions are called as const, in no order and from several threads; behind
/// zip and enumerate they take the parts of an item one by one or the item whole. A chain runs where its
/// policy says; with `auto` parameters throughout it may run on a GPU, and its results have the same bits
/// there. The first exception is rethrown, the rest of the work is cancelled.

#include <tandem/views/adaptors.hpp>
#include <tandem/views/partition.hpp>
#include <tandem/views/reduce.hpp>
#include <tandem/views/search.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

template <class I>
constexpr std::size_t index_count(I first, I last) {
  return last > first ? static_cast<std::size_t>(last) - static_cast<std::size_t>(first) : 0;
}

template <target Target, class I>
auto chain_of_indices(policy<Target> where, I first, I last) {
  auto const n = index_count(first, last);
  return chain<Target, pass_on, no_steps, index_source<I>>(where, n, {}, {},
                                                           pack_up(index_source<I>{first, n}));
}

template <target Target, class First, class... Rest>
auto chain_with_policy(policy<Target> where, First&& first, Rest&&... rest) {
  using number = std::remove_cvref_t<First>;
  if constexpr (std::is_integral_v<number> && sizeof...(Rest) == 0) {
    return chain_of_indices(where, number{0}, first);
  } else if constexpr (std::is_integral_v<number>) {
    static_assert(sizeof...(Rest) == 1 && (std::is_integral_v<std::remove_cvref_t<Rest>> && ...),
                  "tandem::par takes a count, or the first integer and the one behind the last");
    using common = std::common_type_t<number, std::remove_cvref_t<Rest>...>;
    return chain_of_indices(where, static_cast<common>(first), static_cast<common>(rest)...);
  } else if constexpr (sizeof...(Rest) == 0) {
    return chain_of_range(where, std::forward<First>(first));
  } else {
    return chain_of_range(where, std::forward<First>(first)) | zip(std::forward<Rest>(rest)...);
  }
}

template <class First, class... Rest>
auto chain_of_ranges(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    return chain_with_policy(first, std::forward<Rest>(rest)...);
  else
    return chain_with_policy(automatic, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace detail

/// Begins a chain:
///
///     par([policy,] range)          the elements of a contiguous range: an lvalue or a span is borrowed, an
///     rvalue moves into the chain par([policy,] n)              the integers 0 … n − 1, of n's type
///     par([policy,] first, last)    the integers first … last − 1
///     par([policy,] x, y, …)        par(x) | zip(y, …)
///
/// Elements of a range that is not const are seen as references that can be changed, by for_each for
/// instance; those of a tandem::array as const ones.
template <class First, class... Rest>
auto par(First&& first, Rest&&... rest) {
  return detail::chain_of_ranges(std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
