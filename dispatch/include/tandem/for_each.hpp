#pragma once

#include <tandem/detail/for_each.hpp>
#include <tandem/policy.hpp>

#include <utility>

namespace tandem {

/// Calls f(element) for every element of a range, for its side effects; elements may be changed through it:
///
///     parallel_for_each([policy,] range, f)
///
/// Runs on the CPU: a GPU has no side effects to offer, and `on_gpu` is a compile error that says so. f is called in no order and
/// from several threads; what it shares it must guard. The first exception is rethrown, the rest of the work is cancelled.
template <class First, class... Rest>
void parallel_for_each(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    detail::for_each_of(first, std::forward<Rest>(rest)...);
  else
    detail::for_each_of(automatic, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// Calls f(i) for i = 0 … n − 1, i a std::size_t; otherwise as parallel_for_each:
///
///     parallel_for([policy,] n, f)
template <class First, class... Rest>
void parallel_for(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    detail::for_indices(first, std::forward<Rest>(rest)...);
  else
    detail::for_indices(automatic, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
