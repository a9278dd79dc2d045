#pragma once

#include <tandem/detail/map_reduce.hpp>
#include <tandem/policy.hpp>

#include <utility>

namespace tandem {

/// Reduces f(in[i]…) without storing it in between:
///
///     T total = parallel_map_reduce([policy,] in…, T init, op, f)
///
/// Same bits, requirements and complexity as parallel_reduce over the range f(in[i]…); one to eight inputs of equal size,
/// std::invalid_argument if they differ.
template <class... Args>
requires(sizeof...(Args) >= 4) auto parallel_map_reduce(Args&&... args) {
  return detail::map_reduce_any(std::forward<Args>(args)...);
}

} // namespace tandem
