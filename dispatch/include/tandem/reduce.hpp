#pragma once

#include <tandem/detail/map_reduce.hpp>
#include <tandem/policy.hpp>

#include <utility>

namespace tandem {

/// init ∘ in[0] ∘ in[1] ∘ … for an associative operation ∘:
///
///     T total = parallel_reduce([policy,] in, T init, op)
///
/// \param in    a contiguous range; elements are converted to T before they meet
/// \param init  the left-most operand, and the result for an empty range; its type is the result's
/// \param op    associative: op(op(a, b), c) is op(a, op(b, c)), T × T → T. The order of operands is kept, unless op is known to be
///              commutative (tandem::plus, multiplies, minimum, maximum, bit_…, the std:: ones of the same meaning on arithmetic
///              types; see tandem::is_commutative_v). With `auto` parameters it may run on a GPU; T may then be a number, a
///              std::tuple, std::pair or std::array of such, or a struct named by TANDEM_STRUCT, as {least, greatest} is.
/// \throws what op throws on the CPU. Under `on_gpu`: no_device_error, gpu::error, kernel_error.
///
/// Deterministic: the tree that elements meet in depends on n alone, so even float sums have the same bits with any number of
/// threads and on a GPU. O(n) calls; memory for one T per 4096 elements.
template <class First, class... Rest>
auto parallel_reduce(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    return detail::reduce_of(first, std::forward<Rest>(rest)...);
  else
    return detail::reduce_of(automatic, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
